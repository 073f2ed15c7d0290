import {
  type LogHistogramBucket,
  logContext,
  logHistogram,
  logPage,
  SEVERITIES,
  type Severity,
} from '@ml-otel/telemetry-store/queries';
import { Hono } from 'hono';
import * as v from 'valibot';
import { operation, query } from './describe.ts';
import { type ApiParts, ask } from './parts.ts';
import { cacheHeaders, LINES_MEDIA, linesResponse, wantsLines } from './respond.ts';
import { LOG_FILTER, logFilter } from './schema/log-filter.ts';
import { LOG_RECORD, toLogRecordJson } from './schema/log-record.ts';
import { nextOf, PAGING, pageOf, pageRequest, toPage } from './schema/page.ts';
import { wholeParameter } from './schema/parameter.ts';
import { chartTime, momentParameter } from './schema/time.ts';
import { isSettled, RANGE, rangeOf } from './schema/time-range.ts';

const TAG = 'logs';

const LOGS = v.strictObject({ ...RANGE, ...LOG_FILTER, ...PAGING });

const HISTOGRAM = v.strictObject({
  ...RANGE,
  ...LOG_FILTER,
  buckets: v.optional(
    wholeParameter({ min: 1, max: 2_000 }, { description: 'How many buckets of equal width.' }),
    '60',
  ),
});

const COUNTS = v.array(v.pipe(v.number(), v.integer()));

/** By column, as charts take them. */
const HISTOGRAM_ANSWER = v.object({
  times: v.pipe(v.array(v.number()), v.description('When each bucket begins, milliseconds since 1970.')),
  end: v.pipe(v.number(), v.description('When the last one ends, milliseconds since 1970.')),
  counts: v.pipe(
    v.object(Object.fromEntries(SEVERITIES.map((name) => [name, COUNTS])) as Record<Severity, typeof COUNTS>),
    v.description('Records of each severity, by bucket.'),
  ),
});

const CONTEXT = v.strictObject({
  ...LOG_FILTER,
  time: momentParameter('The time of the record, as a page gave it.'),
  id: v.pipe(
    v.string(),
    v.check((text) => /^(0|[1-9]\d{0,19})$/.test(text), 'expected the id of a record, as a page gave it'),
    v.metadata({
      description: 'The id of the record, as a page gave it.',
      pattern: '^(0|[1-9][0-9]{0,18})$',
    }),
  ),
  before: v.optional(wholeParameter({ min: 0, max: 1_000 }, { description: 'Records before it.' }), '20'),
  after: v.optional(wholeParameter({ min: 0, max: 1_000 }, { description: 'Records after it.' }), '20'),
});

const CONTEXT_ANSWER = v.object({
  before: v.array(LOG_RECORD),
  records: v.pipe(
    v.array(LOG_RECORD),
    v.description('The record, as often as it is there; none where it is gone.'),
  ),
  after: v.array(LOG_RECORD),
});

/** Log records: a page of them, how many over time, and what was logged around one. */
export function logRoutes(parts: ApiParts) {
  return new Hono()
    .get(
      '/api/logs',
      operation({
        tag: TAG,
        summary: 'A page of log records',
        answer: pageOf(LOG_RECORD),
        media: LINES_MEDIA,
      }),
      query(LOGS),
      async (c) => {
        const asked = c.req.valid('query');
        const now = parts.now();
        const request = { range: rangeOf(asked, now), ...pageRequest(asked), ...logFilter(asked) };
        const found = await ask(parts, c.req.raw, (store, context) => logPage(store, request, context));
        const page = toPage(found, toLogRecordJson);
        const headers = cacheHeaders(isSettled(asked, now));
        if (wantsLines(c))
          return linesResponse(c, page.rows, { next: nextOf(page, asked), headers }) as never;
        return c.json(page, 200, headers);
      },
    )
    .get(
      '/api/logs/histogram',
      operation({
        tag: TAG,
        summary: 'How many log records of each severity, over time',
        answer: HISTOGRAM_ANSWER,
      }),
      query(HISTOGRAM),
      async (c) => {
        const asked = c.req.valid('query');
        const now = parts.now();
        const request = { range: rangeOf(asked, now), buckets: asked.buckets, ...logFilter(asked) };
        const buckets = await ask(parts, c.req.raw, (store, context) =>
          logHistogram(store, request, context),
        );
        return c.json(
          {
            times: buckets.map(({ from }) => chartTime(from)),
            end: chartTime(buckets.at(-1)?.to ?? request.range.to),
            counts: columns(buckets),
          },
          200,
          cacheHeaders(isSettled(asked, now)),
        );
      },
    )
    .get(
      '/api/logs/context',
      operation({ tag: TAG, summary: 'What was logged around one record', answer: CONTEXT_ANSWER }),
      query(CONTEXT),
      async (c) => {
        const { time, id, before, after, ...asked } = c.req.valid('query');
        const request = { time, id, before, after, filter: logFilter(asked) };
        const found = await ask(parts, c.req.raw, (store, context) => logContext(store, request, context));
        return c.json(
          {
            before: found.before.map(toLogRecordJson),
            records: found.records.map(toLogRecordJson),
            after: found.after.map(toLogRecordJson),
          },
          200,
          cacheHeaders(false),
        );
      },
    );
}

function columns(buckets: readonly LogHistogramBucket[]): Record<Severity, number[]> {
  return Object.fromEntries(
    SEVERITIES.map((severity) => [severity, buckets.map(({ counts }) => counts[severity])]),
  ) as Record<Severity, number[]>;
}
