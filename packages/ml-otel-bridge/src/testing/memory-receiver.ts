import type { Attributes } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { DataPointType, type Histogram, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { BridgeOptions } from '../bridge-options.ts';
import type { SendOutcome } from '../export/send-outcome.ts';
import type { Time } from '../schema/index.ts';

/** A data point as a receiver sees it. */
export interface ReceivedPoint {
  readonly name: string;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  readonly unit: string;
  readonly attributes: Attributes;
  readonly time: Time;
  readonly startTime: Time;
  readonly value: number | Histogram;
}

/** Takes the place of an OTLP receiver, in this process. */
export interface MemoryReceiver {
  /** For the option of the same name of `createBridge`. */
  readonly clients: NonNullable<BridgeOptions['clients']>;
  /** Points of `ml.training.*` that were taken, in order. */
  readonly points: readonly ReceivedPoint[];
  readonly events: readonly ReadableLogRecord[];
  /** Requests for metrics that came in, taken or not. */
  readonly requests: number;
  /** How requests are answered from now on; what is not answered `sent` is not taken. */
  answer(outcome: SendOutcome | ((request: ResourceMetrics) => SendOutcome | Promise<SendOutcome>)): void;
}

export function createMemoryReceiver(): MemoryReceiver {
  const points: ReceivedPoint[] = [];
  const events: ReadableLogRecord[] = [];
  let requests = 0;
  let answer: (request: ResourceMetrics) => SendOutcome | Promise<SendOutcome> = () => ({ status: 'sent' });

  return {
    clients: {
      metrics: {
        async send(request) {
          requests += 1;
          const outcome = await answer(request);
          if (outcome.status === 'sent') points.push(...readPoints(request));
          return outcome;
        },
        close() {},
      },
      logs: {
        async send(records) {
          events.push(...records);
          return { status: 'sent' };
        },
        close() {},
      },
    },
    points,
    events,
    get requests() {
      return requests;
    },
    answer(outcome) {
      answer = typeof outcome === 'function' ? outcome : () => outcome;
    },
  };
}

const KINDS = {
  [DataPointType.GAUGE]: 'gauge',
  [DataPointType.SUM]: 'sum',
  [DataPointType.HISTOGRAM]: 'histogram',
  [DataPointType.EXPONENTIAL_HISTOGRAM]: 'histogram',
} as const;

/** The training points of a request, in order. */
export function readPoints({ scopeMetrics }: ResourceMetrics): ReceivedPoint[] {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .filter(({ descriptor }) => descriptor.name.startsWith('ml.training.'))
    .flatMap(({ descriptor, dataPointType, dataPoints }) =>
      dataPoints.map(({ attributes, endTime, startTime, value }) => ({
        name: descriptor.name,
        kind: KINDS[dataPointType],
        unit: descriptor.unit,
        attributes,
        time: endTime as Time,
        startTime: startTime as Time,
        value: value as number | Histogram,
      })),
    );
}
