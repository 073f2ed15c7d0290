import { type AnyValue, type Attributes, SeverityNumber } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { type JobIdentity, jobAttributes } from '../mapping/record.ts';
import type { Time } from '../schema/index.ts';

/** Names of the events in a run's life. */
export const RUN_EVENTS = {
  started: 'ml.run.started',
  config: 'ml.run.config',
  heartbeat: 'ml.run.heartbeat',
  finished: 'ml.run.finished',
} as const;

/** An event of a run, as it waits to be sent; plain data. */
export interface RunEvent extends JobIdentity {
  readonly name: (typeof RUN_EVENTS)[keyof typeof RUN_EVENTS];
  readonly time: Time;
  /** When the bridge learned of it. */
  readonly observed: Time;
  readonly attributes: Attributes;
  /** The configuration, as it was sent. */
  readonly body?: AnyValue;
}

/** A run event as OpenTelemetry has events: a log record with an event name. */
export function toLogRecord(
  event: RunEvent,
  resource: Resource,
  scope: InstrumentationScope,
): ReadableLogRecord {
  const failed = event.attributes['ml.run.status'] === 'failed';
  return {
    hrTime: event.time,
    hrTimeObserved: event.observed,
    eventName: event.name,
    severityNumber: failed ? SeverityNumber.ERROR : SeverityNumber.INFO,
    severityText: failed ? 'ERROR' : 'INFO',
    ...(event.body !== undefined && { body: event.body }),
    attributes: { ...jobAttributes(event), ...event.attributes },
    droppedAttributesCount: 0,
    resource,
    instrumentationScope: scope,
  };
}

/** Bytes that an event takes in a request, at most. */
export function weighEvent(event: RunEvent): { bytes: number; points: number } {
  return { bytes: 512 + JSON.stringify(event).length * 3, points: 1 };
}
