import type { Connection } from '../../connection/connection.ts';
import { allOf, bound, type Condition } from '../condition.ts';
import type { QueryContext } from '../query-context.ts';
import { checkWhole, QueryError } from '../query-error.ts';
import { readLastPoints } from './last-points.ts';
import type { Run, RunState } from './run.ts';
import { decodeRunCursor, encodeRunCursor, type RunPlace } from './run-cursor.ts';
import { RUN_COLUMNS, type RunRow, runsOf, toRun } from './run-rows.ts';

/** All that are given must hold. */
export interface RunFilter {
  /** With one of these ids; 1,000 at most. */
  readonly ids?: readonly string[];
  /** In the id, name, model, dataset, project, labels, tags or notes, whatever the case of its letters. */
  readonly text?: string;
  /** One of these. */
  readonly states?: readonly RunState[];
  readonly model?: string;
  readonly dataset?: string;
  readonly project?: string;
  readonly labels?: readonly { readonly key: string; readonly value: string }[];
  readonly tag?: string;
}

/** By what a list of runs is ordered; the SQL is of a column that every run has. */
const SORTS = {
  start: { key: 'ifNull(started, 0)', type: 'Int64' },
  activity: { key: 'toInt64(received)', type: 'Int64' },
  duration: { key: 'duration', type: 'Int64' },
  name: { key: 'name', type: 'String' },
} as const;

export interface RunPageRequest {
  readonly filter?: RunFilter;
  /** Default `start`. Activity is when anything of a run came last. */
  readonly sort?: keyof typeof SORTS;
  /** Default `descending`: the newest first. */
  readonly order?: 'ascending' | 'descending';
  /** 1 to 1,000. Default 100. */
  readonly limit?: number;
  /** From the page before, of the same sort and order. */
  readonly cursor?: string;
  /** The reader's clock, milliseconds since 1970: by it alone runs stall and vanish. */
  readonly now: number;
}

export interface RunPage {
  readonly runs: readonly Run[];
  /** Of the next page; undefined where this is the last. */
  readonly next: string | undefined;
}

const MAX_LABELS = 50;
const MAX_IDS = 1_000;

/** Runs page by page. A run whose place changes meanwhile may come twice or not at all; runs alike in their place do not. */
export async function runPage(
  connection: Connection,
  request: RunPageRequest,
  context: QueryContext = {},
): Promise<RunPage> {
  const { sort = 'start', order = 'descending', filter = {} } = request;
  if (!Object.hasOwn(SORTS, sort)) throw new QueryError('argument', `runs are not sorted by ${sort}`);
  const limit = checkWhole('limit', request.limit ?? 100, { min: 1, max: 1_000 });
  const { key, type } = SORTS[sort];
  const place = `${sort} ${order}`;
  const after =
    request.cursor === undefined ? undefined : decodeRunCursor(place, request.cursor, type === 'Int64');
  const matches = filterCondition(filter);
  if (filter.ids !== undefined) checkWhole('the number of ids', filter.ids.length, { min: 1, max: MAX_IDS });
  const among = allOf([bound(filter.ids, 'ids', 'RunId IN {ids:Array(String)}')]);
  const ahead = allOf([
    bound(filter.states, 'states', 'state IN {states:Array(String)}'),
    after && beyond(after, key, type, order),
  ]);
  const way = order === 'descending' ? 'DESC' : 'ASC';
  const rows = await connection.query<RunRow & { key: string }>(
    `WITH ${runsOf(matches.sql, among.sql)}
     SELECT ${RUN_COLUMNS}, toString(${key}) AS key
     FROM runs
     WHERE ${ahead.sql}
     ORDER BY ${key} ${way}, id ${way}
     LIMIT {limit:UInt32}`,
    {
      ...context,
      params: {
        ...among.params,
        ...matches.params,
        ...ahead.params,
        now: checkTime(request.now),
        limit: limit + 1,
      },
    },
  );
  const shown = rows.slice(0, limit);
  const ids = shown.map(({ id }) => id);
  const last = await readLastPoints(connection, ids, context);
  const end = rows.length > limit ? shown.at(-1) : undefined;
  return {
    runs: shown.map((row) => toRun(row, last.get(row.id))),
    next: end && encodeRunCursor(place, end),
  };
}

/** @throws QueryError unless a clock can show it */
export function checkTime(now: number): number {
  return checkWhole('now', Math.floor(now), { min: 0, max: 8_640_000_000_000_000 });
}

function beyond(
  { key, id }: RunPlace,
  sql: string,
  type: 'Int64' | 'String',
  order: 'ascending' | 'descending',
): Condition {
  return {
    sql: `(${sql}, id) ${order === 'descending' ? '<' : '>'} ({afterKey:${type}}, {afterId:String})`,
    params: { afterKey: key, afterId: id },
  };
}

function filterCondition({ text, model, dataset, project, tag, labels = [] }: RunFilter): Condition {
  if (labels.length > MAX_LABELS)
    throw new QueryError('argument', `${labels.length} labels: give at most ${MAX_LABELS}`);
  const everything = `concat(id, '\\n', name, '\\n', model, '\\n', dataset, '\\n', project, '\\n', labels, '\\n', arrayStringConcat(tags, '\\n'), '\\n', notes)`;
  return allOf([
    text === ''
      ? undefined
      : bound(text, 'text', `positionCaseInsensitiveUTF8(${everything}, {text:String}) > 0`),
    bound(model, 'model', 'model = {model:String}'),
    bound(dataset, 'dataset', 'dataset = {dataset:String}'),
    bound(project, 'project', 'project = {project:String}'),
    bound(tag, 'tag', 'has(tags, {tag:String})'),
    ...labels.map(({ key, value }, index) => ({
      sql: `JSONHas(labels, {labelKey${index}:String}) AND JSONExtractString(labels, {labelKey${index}:String}) = {labelValue${index}:String}`,
      params: { [`labelKey${index}`]: key, [`labelValue${index}`]: value },
    })),
  ]);
}
