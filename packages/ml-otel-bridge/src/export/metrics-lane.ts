import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { type Clock, toTime } from '../clock.ts';
import type { JobState, ValueRejection } from '../mapping/job-state.ts';
import { mapBatch } from '../mapping/map-batch.ts';
import type { StepRecord } from '../mapping/record.ts';
import type { SnapshotMemory } from '../runs/snapshot-memory.ts';
import { type BufferOptions, openBuffer } from './buffer.ts';
import type { OtlpClient } from './otlp-client.ts';
import type { Batch, Outbox } from './outbox.ts';
import { decodeRecord, encodeRecord, weighRecord } from './record-codec.ts';
import { createSendLoop, type PreparedRequest, type SendLoop, type SendObserver } from './send-loop.ts';

export interface MetricsLaneOptions {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly client: OtlpClient<ResourceMetrics>;
  readonly clock: Clock;
  readonly observer: SendObserver;
  readonly buffer: BufferOptions;
  readonly memory: SnapshotMemory;
  readonly stepAttributes: boolean;
  readonly intervalMillis: number;
  readonly maxRequestBytes: number;
  valuesRejected(rejected: ReadonlyMap<ValueRejection, number>): void;
}

/** Records on their way to the receiver, with the cumulative states of their jobs. */
export interface MetricsLane {
  readonly outbox: Outbox<StepRecord>;
  readonly loop: SendLoop;
  readonly recoveredItems: number;
  readonly damagedLines: number;
  /** Lets go of jobs' states; what they send later begins anew. */
  forget(jobKeys: readonly string[]): void;
}

/** @throws where the spool folder cannot be used */
export function createMetricsLane(options: MetricsLaneOptions): MetricsLane {
  const { resource, scope, client, clock, memory, stepAttributes } = options;
  const states = new Map<string, JobState>();

  const apply = (changed: Iterable<readonly [string, JobState | null | undefined]>) => {
    for (const [key, state] of changed) {
      if (state) states.set(key, state);
      else states.delete(key);
    }
  };

  const { outbox, recoveredItems, damagedLines } = openBuffer<StepRecord>(
    'metrics',
    options.buffer,
    { encode: encodeRecord, decode: decodeRecord, weigh: weighRecord },
    {
      checkpoint: () => ({ states: [...states], memory: memory.checkpoint() }),
      restoreCheckpoint(value) {
        const checkpoint = value as { states: [string, JobState][]; memory: unknown };
        states.clear();
        apply(checkpoint.states);
        memory.restoreCheckpoint(checkpoint.memory);
      },
      restorePatch: (patch) => apply(patch as [string, JobState | null][]),
      restoreItem: (record) => memory.restoreRecord(record),
    },
  );
  for (const key of states.keys()) memory.restoreJob(key);

  function prepare(batch: Batch<StepRecord>): PreparedRequest {
    const mapped = mapBatch(batch.items, states, { now: toTime(clock.now()), stepAttributes });
    const request: ResourceMetrics = { resource, scopeMetrics: [{ scope, metrics: mapped.metrics }] };
    return {
      send: async () => (mapped.points === 0 ? { status: 'sent' } : client.send(request)),
      commit() {
        apply(mapped.states);
        options.valuesRejected(mapped.rejected);
        return [...mapped.states].map(([key, state]) => [key, state ?? null]);
      },
    };
  }

  const loop = createSendLoop({ ...options, outbox, prepare });
  return {
    outbox,
    loop,
    recoveredItems,
    damagedLines,
    forget: (keys) => apply(keys.map((key) => [key, undefined])),
  };
}
