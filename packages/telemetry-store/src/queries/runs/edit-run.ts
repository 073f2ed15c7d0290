import * as v from 'valibot';
import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { QueryError } from '../query-error.ts';
import { TAGS_SAID } from './run-rows.ts';

/** What a person may say about a run. What is left out stays as it was. */
export interface RunEdit {
  /** At most 200 characters; empty for its own again. */
  readonly name?: string;
  /** At most 50, of at most 100 characters each. */
  readonly tags?: readonly string[];
  /** At most 20,000 characters. */
  readonly notes?: string;
}

const EDIT = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.maxLength(200))),
  tags: v.optional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(100))), v.maxLength(50))),
  notes: v.optional(v.pipe(v.string(), v.maxLength(20_000))),
});

/**
 * The last word counts, of each field.
 *
 * @throws QueryError `argument`
 * @returns false where there is no such run
 */
export async function editRun(
  connection: Connection,
  id: string,
  edit: RunEdit,
  context: Pick<QueryContext, 'signal'> = {},
): Promise<boolean> {
  const parsed = v.safeParse(EDIT, edit);
  if (!parsed.success)
    throw new QueryError(
      'argument',
      parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'edit'}: ${issue.message}`).join('; '),
    );
  if (!(await isThere(connection, id, context))) return false;
  const { name, tags, notes } = parsed.output;
  const said = (given: unknown, sql: string, was: string) => (given === undefined ? was : sql);
  await connection.command(
    `INSERT INTO training_run_edits (RunId, Name, Tags, Notes, EditedAt)
     SELECT {run:String}, ${said(name, '{name:String}', 'edit.1')}, ${said(tags, '{tags:Array(String)}', `if(edits > 0 AND edit.4 IS NULL, edit.2, ${TAGS_SAID})`)},
       ${said(notes, '{notes:String}', 'edit.3')}, now64(6, 'UTC')
     FROM (SELECT argMax((Name, Tags, Notes, DeletedAt), EditedAt) AS edit, count() AS edits FROM training_run_edits WHERE RunId = {run:String}) AS edited
     CROSS JOIN (SELECT max(Labels).Value AS labels FROM training_runs WHERE RunId = {run:String}) AS told`,
    {
      ...context,
      params: {
        run: id,
        ...(name !== undefined && { name }),
        ...(tags !== undefined && { tags }),
        ...(notes !== undefined && { notes }),
      },
    },
  );
  return true;
}

async function isThere(
  connection: Connection,
  id: string,
  context: Pick<QueryContext, 'signal'>,
): Promise<boolean> {
  const rows = await connection.query('SELECT 1 FROM training_runs WHERE RunId = {run:String} LIMIT 1', {
    ...context,
    params: { run: id },
  });
  return rows.length > 0;
}
