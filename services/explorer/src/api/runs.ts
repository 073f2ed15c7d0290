import {
  deleteRun,
  editRun,
  type RunFilter,
  run as readRun,
  runMetrics,
  runPage,
} from '@ml-otel/telemetry-store/queries';
import { Hono } from 'hono';
import * as v from 'valibot';
import { BODY_PROBLEMS, body, operation, params, query } from './describe.ts';
import { type ApiParts, ask } from './parts.ts';
import { Problem } from './problem.ts';
import { cacheHeaders, LINES_MEDIA, linesResponse, wantsLines } from './respond.ts';
import { given } from './schema/given.ts';
import { PAGING } from './schema/page.ts';
import { repeatedParameter, textParameter, wholeParameter } from './schema/parameter.ts';
import {
  RUN,
  RUN_DETAIL,
  RUN_METRIC,
  RUN_STATES,
  toRunDetailJson,
  toRunJson,
  toRunMetricJson,
} from './schema/run.ts';

const TAG = 'runs';

const LABEL = v.pipe(
  textParameter({ description: '' }, { max: 2_048 }),
  v.rawTransform<string, { key: string; value: string }>(({ dataset, addIssue, NEVER }) => {
    const [, key, value] = /^([^:]+):(.*)$/s.exec(dataset.value) ?? [];
    if (key !== undefined) return { key, value: value! };
    addIssue({ message: 'expected key:value' });
    return NEVER;
  }),
);

const RUNS = v.strictObject({
  search: v.optional(
    textParameter({
      description:
        'Occurs in the id, name, model, dataset, project, labels, tags or notes, whatever the case.',
    }),
  ),
  state: v.optional(
    repeatedParameter(v.picklist(RUN_STATES), {
      description: 'One of these.',
      maxItems: RUN_STATES.length,
      items: { type: 'string', enum: RUN_STATES },
    }),
  ),
  id: v.optional(
    repeatedParameter(textParameter({ description: '' }), {
      description: 'With one of these ids.',
      maxItems: 100,
      items: { type: 'string', minLength: 1, maxLength: 1_024 },
    }),
  ),
  model: v.optional(textParameter({ description: 'The name of the model.' })),
  dataset: v.optional(textParameter({ description: 'The name of the data set.' })),
  project: v.optional(textParameter({ description: 'The name of the project.' })),
  tag: v.optional(textParameter({ description: 'A tag that it has.' })),
  label: v.optional(
    repeatedParameter(LABEL, {
      description: 'Labels that it has, all of them: `team:vision`.',
      maxItems: 20,
      items: { type: 'string', pattern: '^[^:]+:', maxLength: 2_048 },
    }),
  ),
  sort: v.optional(
    v.pipe(
      v.picklist(['start', 'activity', 'duration', 'name']),
      v.description('By what they are ordered; `activity` is when anything of a run came last.'),
    ),
    'start',
  ),
  order: v.optional(
    v.pipe(v.picklist(['ascending', 'descending']), v.description('Which end comes first.')),
    'descending',
  ),
  limit: v.optional(wholeParameter({ min: 1, max: 1_000 }, { description: 'How many runs at most.' }), '100'),
  cursor: PAGING.cursor,
});

const RUNS_ANSWER = v.object({
  rows: v.array(RUN),
  next: v.optional(v.pipe(v.string(), v.description('The cursor of the next page; missing on the last.'))),
});

const ID = v.object({ id: textParameter({ description: 'The id of the run, `job.id`.' }) });

const EDIT = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.maxLength(200), v.description('Empty for the id again.'))),
  tags: v.optional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(100))), v.maxLength(50))),
  notes: v.optional(v.pipe(v.string(), v.maxLength(20_000))),
});

const METRICS_ANSWER = v.object({
  rows: v.pipe(v.array(RUN_METRIC), v.description('By metric, then by series.')),
});

const DELETED = v.object({
  points: v.pipe(v.number(), v.integer(), v.description('That went.')),
  series: v.pipe(v.number(), v.integer()),
});

const NO_RUN = 'there is no run of this id, or no more';

/** Runs: a list, one, its curves, and what a person says of it. */
export function runRoutes(parts: ApiParts) {
  const now = () => Number(parts.now() / 1_000_000n);
  const detail = async (request: Request, id: string) => {
    const found = await ask(parts, request, (store, context) => readRun(store, id, now(), context));
    if (found === undefined) throw new Problem('not-found', NO_RUN);
    return toRunDetailJson(found);
  };
  return new Hono()
    .get(
      '/api/runs',
      operation({ tag: TAG, summary: 'A page of runs', answer: RUNS_ANSWER, media: LINES_MEDIA }),
      query(RUNS),
      async (c) => {
        const { sort, order, limit, cursor, ...asked } = c.req.valid('query');
        const request = { filter: runFilter(asked), sort, order, limit, now: now(), ...given({ cursor }) };
        const { runs, next } = await ask(parts, c.req.raw, (store, context) =>
          runPage(store, request, context),
        );
        const rows = runs.map(toRunJson);
        const headers = cacheHeaders(false);
        if (wantsLines(c)) return linesResponse(c, rows, { next, headers }) as never;
        return c.json({ rows, ...given({ next }) }, 200, headers);
      },
    )
    .get(
      '/api/runs/:id',
      operation({ tag: TAG, summary: 'A run', answer: RUN_DETAIL, problems: ['not-found'] }),
      params(ID),
      async (c) => c.json(await detail(c.req.raw, c.req.valid('param').id), 200, cacheHeaders(false)),
    )
    .get(
      '/api/runs/:id/metrics',
      operation({
        tag: TAG,
        summary: 'The curves of a run',
        answer: METRICS_ANSWER,
        problems: ['not-found'],
      }),
      params(ID),
      async (c) => {
        const { id } = c.req.valid('param');
        const rows = await ask(parts, c.req.raw, (store, context) => runMetrics(store, id, context));
        if (rows.length === 0) await detail(c.req.raw, id);
        return c.json({ rows: rows.map(toRunMetricJson) }, 200, cacheHeaders(false));
      },
    )
    .patch(
      '/api/runs/:id',
      operation({
        tag: TAG,
        summary: 'Say something about a run',
        description: 'What is left out stays as it was.',
        answer: RUN_DETAIL,
        problems: ['not-found', ...BODY_PROBLEMS],
      }),
      params(ID),
      body(EDIT),
      async (c) => {
        const { id } = c.req.valid('param');
        const edit = given(c.req.valid('json'));
        const found = await ask(parts, c.req.raw, (store, { signal }) =>
          editRun(store, id, edit, given({ signal })),
        );
        if (!found) throw new Problem('not-found', NO_RUN);
        return c.json(await detail(c.req.raw, id), 200, cacheHeaders(false));
      },
    )
    .delete(
      '/api/runs/:id',
      operation({
        tag: TAG,
        summary: 'Delete a run and its curves',
        description: 'Its logs and spans stay until they expire. If it speaks again it is there again.',
        answer: DELETED,
        problems: ['not-found'],
      }),
      params(ID),
      async (c) => {
        const { id } = c.req.valid('param');
        // What was begun is carried through, also for a caller who goes: half of a run would help nobody.
        const gone = await parts.gate.run(c.req.raw.signal, () => deleteRun(parts.store, id));
        if (gone === undefined) throw new Problem('not-found', NO_RUN);
        return c.json(gone, 200, cacheHeaders(false));
      },
    );
}

type AskedFilter = Omit<v.InferOutput<typeof RUNS>, 'sort' | 'order' | 'limit' | 'cursor'>;

function runFilter({ search, state, id, model, dataset, project, tag, label }: AskedFilter): RunFilter {
  return given({ ids: id, text: search, states: state, model, dataset, project, tag, labels: label });
}
