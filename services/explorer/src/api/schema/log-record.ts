import type { LogRecord } from '@ml-otel/telemetry-store/queries';
import * as v from 'valibot';
import { ATTRIBUTES, toAttributes } from './attributes.ts';
import { decodeNested } from './nested-values.ts';
import { isoTime, time } from './time.ts';

export const LOG_RECORD = v.pipe(
  v.object({
    time: time('When it was logged.'),
    id: v.pipe(
      v.string(),
      v.description('With the time it names the record, and those that are in all alike with it.'),
    ),
    severityNumber: v.pipe(
      v.number(),
      v.integer(),
      v.description('1 (trace) to 24 (fatal); 0 where none was given.'),
    ),
    severityText: v.string(),
    service: v.string(),
    body: v.pipe(v.string(), v.description('Text; what was structured as JSON.')),
    eventName: v.string(),
    traceId: v.pipe(v.string(), v.description('Lower-case hex; empty where there is none.')),
    spanId: v.string(),
    scope: v.string(),
    attributes: ATTRIBUTES,
    resource: ATTRIBUTES,
  }),
  v.metadata({ ref: 'LogRecord' }),
);
export type LogRecordJson = v.InferOutput<typeof LOG_RECORD>;

export function toLogRecordJson(record: LogRecord): LogRecordJson {
  return {
    ...record,
    time: isoTime(record.time),
    body: decodeNested(record.body),
    attributes: toAttributes(record.attributes),
    resource: toAttributes(record.resource),
  };
}
