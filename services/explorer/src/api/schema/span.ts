import type { Span } from '@ml-otel/telemetry-store/queries';
import * as v from 'valibot';
import { ATTRIBUTES, toAttributes } from './attributes.ts';
import { duration } from './duration.ts';
import { isoTime, time } from './time.ts';

export const SPAN = v.pipe(
  v.object({
    traceId: v.pipe(v.string(), v.description('Lower-case hex, as all ids are.')),
    spanId: v.string(),
    parentSpanId: v.pipe(v.string(), v.description('Empty for a root.')),
    name: v.string(),
    kind: v.pipe(v.string(), v.description('Internal, Server, Client, Producer, Consumer, Unspecified.')),
    service: v.string(),
    scope: v.string(),
    start: time('When it began.'),
    duration: duration('How long it took.'),
    status: v.pipe(v.string(), v.description('Unset, Ok, Error.')),
    statusMessage: v.string(),
    attributes: ATTRIBUTES,
    resource: ATTRIBUTES,
    events: v.array(v.object({ time: time('When it happened.'), name: v.string(), attributes: ATTRIBUTES })),
    links: v.array(v.object({ traceId: v.string(), spanId: v.string(), attributes: ATTRIBUTES })),
  }),
  v.metadata({ ref: 'Span' }),
);
export type SpanJson = v.InferOutput<typeof SPAN>;

export function toSpanJson(span: Span): SpanJson {
  return {
    ...span,
    start: isoTime(span.start),
    duration: Number(span.duration),
    attributes: toAttributes(span.attributes),
    resource: toAttributes(span.resource),
    events: span.events.map(({ time, name, attributes }) => ({
      time: isoTime(time),
      name,
      attributes: toAttributes(attributes),
    })),
    links: span.links.map((link) => ({ ...link, attributes: toAttributes(link.attributes) })),
  };
}
