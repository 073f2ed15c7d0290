import {
  type CatalogueEntry,
  metricCatalogue,
  type RunCatalogueEntry,
  runMetricCatalogue,
} from '@ml-otel/telemetry-store/queries';
import { Hono } from 'hono';
import * as v from 'valibot';
import { operation, query } from './describe.ts';
import { queryMetric } from './metric-query.ts';
import { type ApiParts, ask } from './parts.ts';
import { cacheHeaders } from './respond.ts';
import { given } from './schema/given.ts';
import { METRIC_QUERY, METRIC_TYPES } from './schema/metric-query.ts';
import { jsonNumber } from './schema/number.ts';
import { textParameter } from './schema/parameter.ts';
import { stepped } from './schema/step.ts';
import { isoTime, time } from './schema/time.ts';
import { isSettled, RANGE, rangeOf } from './schema/time-range.ts';

const TAG = 'metrics';

const CATALOGUE = v.strictObject({
  ...RANGE,
  run: v.optional(
    textParameter({
      description:
        'The id of a run: what it sent besides its curves, of which `/api/runs/{id}/metrics` tells, such as CPU, memory and GPUs.',
    }),
  ),
});

const CATALOGUE_ANSWER = v.object({
  rows: v.pipe(
    v.array(
      v.object({
        name: v.string(),
        type: v.picklist(METRIC_TYPES),
        unit: v.pipe(v.string(), v.description('As UCUM writes it; empty where none was given.')),
        description: v.string(),
        services: v.array(v.string()),
        temporality: v.picklist(['unset', 'delta', 'cumulative', 'mixed']),
        monotonic: v.boolean(),
        points: v.pipe(v.number(), v.integer()),
        lastTime: time('Of its last point.'),
        by: v.optional(
          v.pipe(
            v.array(v.string()),
            v.description(
              'Of a run: the keys of attributes in which the series differ. Grouped by them, each group is one series.',
            ),
          ),
        ),
      }),
    ),
    v.description('By name, then by type.'),
  ),
});

const QUERY_ANSWER = v.object({
  groupBy: v.array(v.string()),
  step: v.pipe(v.number(), v.description('Milliseconds.')),
  groups: v.array(
    v.object({
      group: v.pipe(v.array(v.string()), v.description('The values of `groupBy`, in its order.')),
      times: v.pipe(
        v.array(v.number()),
        v.description(
          'When each step begins, milliseconds since 1970. One in which there is nothing is missing.',
        ),
      ),
      columns: v.pipe(
        v.record(v.string(), v.array(jsonNumber('By step.'))),
        v.description(
          '`value`; for quantiles `count`, `sum` and one for each, by its number. Of a summary each is two, such as `0.5 min` ' +
            'and `0.5 max`: of several series the least and the greatest, since none of them all can be made.',
        ),
      ),
    }),
  ),
});

/** Metrics: which there are, and their values over time. */
export function metricRoutes(parts: ApiParts) {
  return new Hono()
    .get(
      '/api/metrics',
      operation({ tag: TAG, summary: 'The metrics that have points in a range', answer: CATALOGUE_ANSWER }),
      query(CATALOGUE),
      async (c) => {
        const asked = c.req.valid('query');
        const now = parts.now();
        const range = rangeOf(asked, now);
        const { run: runId } = asked;
        const rows = await ask(
          parts,
          c.req.raw,
          (store, context): Promise<readonly (CatalogueEntry & Partial<RunCatalogueEntry>)[]> =>
            runId === undefined
              ? metricCatalogue(store, range, context)
              : runMetricCatalogue(store, { runId, range }, context),
        );
        return c.json(
          {
            rows: rows.map(({ by, ...row }) => ({
              ...row,
              services: [...row.services],
              lastTime: isoTime(row.lastTime),
              ...given({ by: by && [...by] }),
            })),
          },
          200,
          cacheHeaders(isSettled(asked, now)),
        );
      },
    )
    .get(
      '/api/metrics/query',
      operation({ tag: TAG, summary: 'The values of a metric over time, by group', answer: QUERY_ANSWER }),
      query(METRIC_QUERY),
      async (c) => {
        const asked = c.req.valid('query');
        const now = parts.now();
        const { range, step } = stepped(asked.step, rangeOf(asked, now));
        const groups = await ask(parts, c.req.raw, (store, context) =>
          queryMetric(store, { ...asked, range, step }, context),
        );
        return c.json(
          { groupBy: asked.groupBy ?? [], step: Number(step) / 1e6, groups },
          200,
          cacheHeaders(isSettled(asked, now)),
        );
      },
    );
}
