import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { Clock } from '../clock.ts';
import type { BridgeLogger } from '../logger.ts';
import { type RunEvent, toLogRecord, weighEvent } from '../runs/run-event.ts';
import { type BufferOptions, openBuffer } from './buffer.ts';
import type { OtlpClient } from './otlp-client.ts';
import type { Batch, Outbox } from './outbox.ts';
import { createSendLoop, type PreparedRequest, type SendLoop, type SendObserver } from './send-loop.ts';

export interface EventsLaneOptions {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly client: OtlpClient<ReadableLogRecord[]>;
  readonly clock: Clock;
  readonly observer: SendObserver;
  readonly logger: BridgeLogger;
  readonly buffer: BufferOptions;
  readonly intervalMillis: number;
  readonly maxRequestBytes: number;
}

/** Run events on their way to the receiver, beside the metrics so that neither holds the other up. */
export interface EventsLane {
  readonly outbox: Outbox<RunEvent>;
  readonly loop: SendLoop;
  readonly damagedLines: number;
  append(events: readonly RunEvent[]): void;
}

/** Nothing to remember: an event is sent and done. */
const NO_MEMORY = { checkpoint: () => null, restoreCheckpoint() {}, restorePatch() {}, restoreItem() {} };

/**
 * A receiver without a logs service (a metrics-only collector) is not asked again until the next start.
 * @throws where the spool folder cannot be used
 */
export function createEventsLane(options: EventsLaneOptions): EventsLane {
  const { resource, scope, client, logger } = options;
  let supported = true;
  const { outbox, damagedLines } = openBuffer<RunEvent>(
    'events',
    { ...options.buffer, whenFull: 'drop-oldest' },
    { encode: JSON.stringify, decode: (json) => JSON.parse(json) as RunEvent, weigh: weighEvent },
    NO_MEMORY,
  );

  function prepare(batch: Batch<RunEvent>): PreparedRequest {
    const records = batch.items.map((event) => toLogRecord(event, resource, scope));
    return {
      async send() {
        if (!supported) return { status: 'sent' };
        const outcome = await client.send(records);
        if (outcome.status !== 'unsupported') return outcome;
        supported = false;
        logger.info(
          { reason: outcome.reason },
          'the receiver takes no logs: run events are not sent, metrics are',
        );
        return { status: 'sent' };
      },
      commit: () => undefined,
    };
  }

  const loop = createSendLoop({ ...options, outbox, prepare });
  return {
    outbox,
    loop,
    damagedLines,
    append(events) {
      if (!supported || events.length === 0) return;
      const appended = outbox.append(events);
      if (appended.status === 'refused' || appended.droppedPoints > 0) {
        logger.error({ events: events.length }, 'run events were lost: the buffer or its disk is full');
      }
      loop.notify();
    },
  };
}
