import { type FoundTrace, findTraces, spanPage, trace } from '@ml-otel/telemetry-store/queries';
import { Hono } from 'hono';
import * as v from 'valibot';
import { operation, params, query } from './describe.ts';
import { type ApiParts, ask } from './parts.ts';
import { Problem } from './problem.ts';
import { cacheHeaders, LINES_MEDIA, linesResponse, wantsLines } from './respond.ts';
import { duration } from './schema/duration.ts';
import { nextOf, PAGING, pageOf, pageRequest, toPage } from './schema/page.ts';
import { hexParameter, wholeParameter } from './schema/parameter.ts';
import { SPAN, toSpanJson } from './schema/span.ts';
import { SPAN_FILTER, spanFilter } from './schema/span-filter.ts';
import { isoTime, time } from './schema/time.ts';
import { isSettled, RANGE, rangeOf } from './schema/time-range.ts';

const TAG = 'traces';

const SPANS = v.strictObject({ ...RANGE, ...SPAN_FILTER, ...PAGING });

const COUNT = v.pipe(v.number(), v.integer());

const FOUND = v.pipe(
  v.object({
    traceId: v.string(),
    time: time('When its first span that fits began: the list is in this order.'),
    start: time('When its first span began.'),
    duration: duration('From there to its last end.'),
    spans: COUNT,
    errors: v.pipe(COUNT, v.description('Spans with the status Error.')),
    rootName: v.pipe(v.string(), v.description('The name of its root span; empty where none has come.')),
    rootService: v.string(),
    services: v.array(v.string()),
  }),
  v.metadata({ ref: 'FoundTrace' }),
);

function toFoundJson(found: FoundTrace): v.InferOutput<typeof FOUND> {
  return {
    ...found,
    time: isoTime(found.time),
    start: isoTime(found.start),
    duration: Number(found.duration),
    services: [...found.services],
  };
}

const TRACE = v.strictObject({
  limit: v.optional(
    wholeParameter({ min: 1, max: 100_000 }, { description: 'How many spans at most.' }),
    '10000',
  ),
});

const TRACE_ANSWER = v.object({
  traceId: v.string(),
  spans: v.pipe(v.array(SPAN), v.description('By start, then by span id.')),
  more: v.pipe(v.boolean(), v.description('Whether it has more spans than the limit.')),
});

/** Traces: those with a span that fits, one as a whole, and spans for themselves. */
export function traceRoutes(parts: ApiParts) {
  return new Hono()
    .get(
      '/api/traces',
      operation({
        tag: TAG,
        summary: 'A page of traces that have a span that fits',
        answer: pageOf(FOUND),
        media: LINES_MEDIA,
      }),
      query(SPANS),
      async (c) => {
        const asked = c.req.valid('query');
        const now = parts.now();
        const request = { range: rangeOf(asked, now), ...pageRequest(asked), ...spanFilter(asked) };
        const found = await ask(parts, c.req.raw, (store, context) => findTraces(store, request, context));
        const page = toPage(found, toFoundJson);
        const headers = cacheHeaders(isSettled(asked, now));
        if (wantsLines(c))
          return linesResponse(c, page.rows, { next: nextOf(page, asked), headers }) as never;
        return c.json(page, 200, headers);
      },
    )
    .get(
      '/api/traces/:traceId',
      operation({
        tag: TAG,
        summary: 'All spans of a trace',
        answer: TRACE_ANSWER,
        media: LINES_MEDIA,
        problems: ['not-found'],
      }),
      params(v.object({ traceId: hexParameter(32, 'The trace id.') })),
      query(TRACE),
      async (c) => {
        const { traceId } = c.req.valid('param');
        const { limit } = c.req.valid('query');
        const { spans, more } = await ask(parts, c.req.raw, (store, context) =>
          trace(store, traceId, { ...context, limit }),
        );
        if (spans.length === 0)
          throw new Problem(
            'not-found',
            'there is no such trace, or no more; a new one may still be on its way',
          );
        const headers = cacheHeaders(false);
        const rows = spans.map(toSpanJson);
        if (wantsLines(c)) return linesResponse(c, rows, { headers }) as never;
        return c.json({ traceId, spans: rows, more }, 200, headers);
      },
    )
    .get(
      '/api/spans',
      operation({ tag: TAG, summary: 'A page of spans', answer: pageOf(SPAN), media: LINES_MEDIA }),
      query(SPANS),
      async (c) => {
        const asked = c.req.valid('query');
        const now = parts.now();
        const request = { range: rangeOf(asked, now), ...pageRequest(asked), ...spanFilter(asked) };
        const found = await ask(parts, c.req.raw, (store, context) => spanPage(store, request, context));
        const page = toPage(found, toSpanJson);
        const headers = cacheHeaders(isSettled(asked, now));
        if (wantsLines(c))
          return linesResponse(c, page.rows, { next: nextOf(page, asked), headers }) as never;
        return c.json(page, 200, headers);
      },
    );
}
