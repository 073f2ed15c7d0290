import { type MapEdge, serviceMap, serviceOverTime, serviceStats } from '@ml-otel/telemetry-store/queries';
import { Hono } from 'hono';
import * as v from 'valibot';
import { operation, query } from './describe.ts';
import { type ApiParts, ask } from './parts.ts';
import { cacheHeaders } from './respond.ts';
import { given } from './schema/given.ts';
import { jsonNumber, toJsonNumber } from './schema/number.ts';
import { textParameter } from './schema/parameter.ts';
import { QUANTILES } from './schema/quantiles.ts';
import { STEP, stepped } from './schema/step.ts';
import { chartTime } from './schema/time.ts';
import { isSettled, RANGE, rangeOf } from './schema/time-range.ts';

const TAG = 'services';

const SERVICES = v.strictObject({
  ...RANGE,
  service: v.optional(textParameter({ description: 'Only this one.' })),
  by: v.optional(
    v.pipe(v.picklist(['service', 'operation']), v.description('Whether its operations are told apart.')),
    'service',
  ),
  quantile: QUANTILES,
});

const COUNT = v.pipe(v.number(), v.integer());
const NANOS = jsonNumber('Nanoseconds, estimated; NaN where there was no request.');

const SOURCE = v.pipe(
  v.picklist(['spans', 'minutes']),
  v.description(
    'Where it comes from: the spans of a short range, or what was counted by the minute as spans came (a span that was sent again counts again; durations are off by up to 4.5 %).',
  ),
);

const SERVICES_ANSWER = v.object({
  source: SOURCE,
  quantiles: v.array(v.number()),
  rows: v.pipe(
    v.array(
      v.object({
        service: v.string(),
        operation: v.pipe(
          v.string(),
          v.description('The name of the spans; empty where operations are not told apart.'),
        ),
        requests: COUNT,
        rate: jsonNumber('Requests a second.'),
        errors: v.pipe(COUNT, v.description('Requests whose span has the status Error.')),
        durations: v.pipe(v.array(NANOS), v.description('In the order of the quantiles.')),
      }),
    ),
    v.description('Those with the most requests first, at most 1,000.'),
  ),
});

const OVER_TIME = v.strictObject({
  ...RANGE,
  service: textParameter({ description: 'The name of the service.' }),
  operation: v.optional(textParameter({ description: 'The name of the spans. By default all together.' })),
  step: STEP,
  quantile: QUANTILES,
});

/** By column, as charts take them. */
const OVER_TIME_ANSWER = v.object({
  source: SOURCE,
  quantiles: v.array(v.number()),
  times: v.pipe(v.array(v.number()), v.description('When each step begins, milliseconds since 1970.')),
  requests: v.array(COUNT),
  rates: v.pipe(v.array(v.number()), v.description('Requests a second.')),
  errors: v.array(COUNT),
  durations: v.pipe(v.array(v.array(NANOS)), v.description('For each quantile, by step.')),
});

const MAP = v.strictObject({ ...RANGE, quantile: QUANTILES });

const NODE = v.object({
  kind: v.pipe(
    v.picklist(['service', 'database', 'messaging', 'external']),
    v.description('A service that sends spans, or what its callers say they called.'),
  ),
  name: v.string(),
});

const MAP_ANSWER = v.object({
  quantiles: v.array(v.number()),
  edges: v.pipe(
    v.array(v.object({ from: NODE, to: NODE, calls: COUNT, errors: COUNT, durations: v.array(NANOS) })),
    v.description('Those with the most calls first, at most 1,000.'),
  ),
  sampledOneIn: v.pipe(
    COUNT,
    v.description('One trace in so many was read, and the counts are multiplied by it.'),
  ),
  callersNotFound: v.pipe(
    COUNT,
    v.description('Requests whose caller sent no span, or began more than five minutes before the range.'),
  ),
});

/** What services did: requests, errors and durations, from their spans. */
export function serviceRoutes(parts: ApiParts) {
  return new Hono()
    .get(
      '/api/services',
      operation({
        tag: TAG,
        summary: 'Requests, errors and durations of services or operations',
        answer: SERVICES_ANSWER,
      }),
      query(SERVICES),
      async (c) => {
        const asked = c.req.valid('query');
        const now = parts.now();
        const { by, quantile: quantiles } = asked;
        const request = { range: rangeOf(asked, now), by, quantiles, ...given({ service: asked.service }) };
        const { source, stats } = await ask(parts, c.req.raw, (store, context) =>
          serviceStats(store, request, context),
        );
        return c.json(
          {
            source,
            quantiles,
            rows: stats.map(({ rate, durations, ...row }) => ({
              ...row,
              rate: toJsonNumber(rate),
              durations: durations.map(toJsonNumber),
            })),
          },
          200,
          cacheHeaders(isSettled(asked, now)),
        );
      },
    )
    .get(
      '/api/services/over-time',
      operation({
        tag: TAG,
        summary: 'How a service or operation did, step by step',
        answer: OVER_TIME_ANSWER,
      }),
      query(OVER_TIME),
      async (c) => {
        const { step, service, operation: name, quantile: quantiles, ...asked } = c.req.valid('query');
        const now = parts.now();
        const request = {
          ...stepped(step, rangeOf(asked, now)),
          service,
          quantiles,
          ...given({ operation: name }),
        };
        const { source, steps } = await ask(parts, c.req.raw, (store, context) =>
          serviceOverTime(store, request, context),
        );
        return c.json(
          {
            source,
            quantiles,
            times: steps.map(({ time }) => chartTime(time)),
            requests: steps.map(({ requests }) => requests),
            rates: steps.map(({ rate }) => rate),
            errors: steps.map(({ errors }) => errors),
            durations: quantiles.map((_, index) =>
              steps.map(({ durations }) => toJsonNumber(durations[index]!)),
            ),
          },
          200,
          cacheHeaders(isSettled(asked, now)),
        );
      },
    )
    .get(
      '/api/services/map',
      operation({ tag: TAG, summary: 'Who calls whom', answer: MAP_ANSWER }),
      query(MAP),
      async (c) => {
        const { quantile: quantiles, ...asked } = c.req.valid('query');
        const now = parts.now();
        const request = { range: rangeOf(asked, now), quantiles };
        const { edges, ...map } = await ask(parts, c.req.raw, (store, context) =>
          serviceMap(store, request, context),
        );
        return c.json(
          { quantiles, ...map, edges: edges.map(toEdge) },
          200,
          cacheHeaders(isSettled(asked, now)),
        );
      },
    );
}

function toEdge({ durations, ...edge }: MapEdge) {
  return { ...edge, durations: durations.map(toJsonNumber) };
}
