import { metricNames, type TrainingSeriesRequest, trainingSeries } from '@ml-otel/telemetry-store/queries';
import { Hono } from 'hono';
import * as v from 'valibot';
import { file, operation, params, query } from './describe.ts';
import { FORMAT } from './export/format.ts';
import { rowsResponse } from './export/rows-stream.ts';
import { type ApiParts, ask } from './parts.ts';
import { Problem } from './problem.ts';
import { cacheHeaders } from './respond.ts';
import { CURVE, CURVE_XS, toCurveJson } from './schema/curve.ts';
import { given } from './schema/given.ts';
import { numberParameter, repeatedParameter, textParameter, wholeParameter } from './schema/parameter.ts';

const TAG = 'runs';

const TEXT = textParameter({ description: '' });
const ITEM = { type: 'string', minLength: 1, maxLength: 1_024 };

const SERIES = {
  metric: repeatedParameter(TEXT, {
    description: 'The names of metrics, such as `ml.training.loss`.',
    maxItems: 50,
    minItems: 1,
    items: ITEM,
  }),
  run: v.optional(
    repeatedParameter(TEXT, {
      description: 'Further runs, beside that one. Runs times metrics are 1,000 at most.',
      maxItems: 99,
      items: ITEM,
    }),
  ),
  rank: v.optional(
    repeatedParameter(TEXT, { description: 'Of these ranks only.', maxItems: 100, items: ITEM }),
  ),
  x: v.optional(
    v.pipe(
      v.picklist(CURVE_XS),
      v.description('By what curves are drawn; `time` and `relative` in milliseconds.'),
    ),
    'step',
  ),
  from: v.optional(numberParameter({ description: 'The first x that belongs to the range.' })),
  to: v.optional(numberParameter({ description: 'The first x that does not.' })),
  attempts: v.optional(
    v.pipe(
      v.picklist(['latest', 'all']),
      v.description('`latest`: what stands. `all`: every attempt as a curve, where there are several.'),
    ),
    'latest',
  ),
};

const POINTS = v.optional(
  wholeParameter({ min: 1, max: 10_000 }, { description: 'About how many buckets a curve may have.' }),
  '1000',
);

const ID = v.object({ id: textParameter({ description: 'The id of the run, `job.id`.' }) });

const NAMES_ANSWER = v.object({
  names: v.pipe(v.array(v.string()), v.description('Each once, in order; 50,000 at most.')),
});

const ANSWER = v.object({
  runs: v.array(
    v.object({
      run: v.string(),
      axisVersion: v.pipe(
        v.string(),
        v.description('With another, steps that were read before may lie elsewhere.'),
      ),
      startedAt: v.pipe(v.number(), v.description('Where `relative` begins, milliseconds since 1970.')),
    }),
  ),
  curves: v.pipe(v.array(CURVE), v.description('By run, then metric, then series.')),
  receivedAt: v.pipe(v.number(), v.description('When the last point came, seconds since 1970: for `since`.')),
  changedBefore: v.pipe(
    v.boolean(),
    v.description('Points came since `since` that lie before `from`: then all is to be read again.'),
  ),
});

/** Curves of runs, in buckets that no spike gets lost in. */
export function seriesRoutes(parts: ApiParts) {
  const read = (request: Request, asked: TrainingSeriesRequest) =>
    ask(parts, request, (store, context) => trainingSeries(store, asked, context));
  return new Hono()
    .get(
      '/api/runs/:id/metrics/names',
      operation({
        tag: TAG,
        summary: 'The names of all curves of one or several runs',
        description: 'None of a run that is not there. Not found where the id is empty.',
        answer: NAMES_ANSWER,
        problems: ['not-found'],
      }),
      params(ID),
      query(
        v.strictObject({
          run: v.optional(
            repeatedParameter(TEXT, {
              description: 'Further runs, beside that one.',
              maxItems: 99,
              items: ITEM,
            }),
          ),
        }),
      ),
      async (c) => {
        const { run = [] } = c.req.valid('query');
        const runs = [c.req.valid('param').id, ...run];
        const names = await ask(parts, c.req.raw, (store, context) => metricNames(store, runs, context));
        return c.json({ names }, 200, cacheHeaders(false));
      },
    )
    .get(
      '/api/runs/:id/series',
      operation({
        tag: TAG,
        summary: 'Curves of one or several runs',
        description:
          'To stay up to date: ask with `from` the x of the last bucket one has and `since` the `receivedAt` of the answer ' +
          'before, and replace that bucket. Read all again where `changedBefore` is true or an `axisVersion` is another.',
        answer: ANSWER,
        problems: ['not-found'],
      }),
      params(ID),
      query(
        v.strictObject({
          ...SERIES,
          points: POINTS,
          values: v.optional(
            v.pipe(
              v.picklist(['exact', 'fine', 'rounded']),
              v.description(
                '`rounded`: with as many digits as a chart can show, a third of the bytes. Each value is off by less than a ' +
                  'ten-thousandth of itself, and of the range of its curve in this answer. `fine`: less than a millionth of the range.',
              ),
            ),
            'exact',
          ),
          since: v.optional(
            wholeParameter(
              { min: 0, max: 2 ** 32 - 1 },
              { description: '`receivedAt` of an earlier answer.' },
            ),
          ),
        }),
      ),
      async (c) => {
        const { points, values, since, ...asked } = c.req.valid('query');
        const request = { ...seriesRequest(c.req.valid('param').id, asked), points, ...given({ since }) };
        const { runs, curves, receivedAt, changedBefore } = await read(c.req.raw, request);
        if (runs.length === 0) throw new Problem('not-found', 'there is no run of these ids with points');
        return c.json(
          {
            runs: [...runs],
            curves: curves.map((curve) => toCurveJson(curve, values)),
            receivedAt,
            changedBefore,
          },
          200,
          cacheHeaders(false),
        );
      },
    )
    .get(
      '/api/export/runs/:id/series',
      file({
        tag: 'export',
        summary: 'Curves of runs as a file: a row for each bucket, up to 10,000 of a curve',
        problems: ['not-found'],
      }),
      params(ID),
      query(v.strictObject({ ...SERIES, format: FORMAT })),
      async (c) => {
        const { format, ...asked } = c.req.valid('query');
        const request = { ...seriesRequest(c.req.valid('param').id, asked), points: 10_000 };
        const { runs, curves } = await read(c.req.raw, request);
        if (runs.length === 0) throw new Problem('not-found', 'there is no run of these ids with points');
        return rowsResponse({
          name: 'series',
          columns: COLUMNS,
          format,
          pages: curveRows(curves.map((curve) => toCurveJson(curve))),
        });
      },
    );
}

const BUCKET = ['x', 'xLast', 'first', 'last', 'min', 'max', 'time', 'timeLast', 'notFinite'] as const;
const NAMES = ['run', 'metric', 'attributes', 'attempt', 'by'] as const;
const COLUMNS = [...NAMES, ...BUCKET];

/** A page for each curve. */
async function* curveRows(
  curves: readonly v.InferOutput<typeof CURVE>[],
): AsyncGenerator<Record<string, unknown>[]> {
  for (const curve of curves) {
    const names = Object.fromEntries(NAMES.map((name) => [name, curve[name]]));
    yield curve.x.map((_, row) => ({
      ...names,
      ...Object.fromEntries(BUCKET.map((name) => [name, curve[name][row]])),
    }));
  }
}

const ASKED = v.object(SERIES);

function seriesRequest(
  id: string,
  { metric, run = [], rank, x, from, to, attempts }: v.InferOutput<typeof ASKED>,
): TrainingSeriesRequest {
  return { runs: [id, ...run], metrics: metric, x, attempts, ...given({ ranks: rank, from, to }) };
}
