import type { Signal } from '../../../packages/telemetry-store/src/ingest/signal.ts';
import {
  attributes,
  encodeRequest,
} from '../../../packages/telemetry-store/src/ingest/testing/encode-request.ts';

/** Rows of a request in the signal's largest table, and for metrics gauge points besides one sum and one histogram. */
export const ROWS = 20;

/** What an attribute says of each row, so that every one can be found again: its request, and its number in it. */
export const REQUEST_KEY = 'load.request';
export const ROW_KEY = 'load.row';

/** Names a request within a run of the script; `sequence` counts the requests of its client. */
export type RequestName = { readonly client: string; readonly sequence: number };

export function textOf({ client, sequence }: RequestName): string {
  return `${client}/${sequence}`;
}

/** An export request of one signal whose every row can be told from all others; the same name gives other times. */
export function numberedRequest(signal: Signal, name: RequestName): Uint8Array {
  return encodeRequest(signal, MESSAGES[signal](name));
}

const RESOURCE = { attributes: attributes({ 'service.name': 'load' }) };
const NUMBERS = Array.from({ length: ROWS }, (_, row) => row);

const MESSAGES: Record<Signal, (name: RequestName) => object> = {
  logs: (name) => {
    const logRecords = NUMBERS.map((row) => ({
      timeUnixNano: nanos(row),
      severityNumber: 9,
      body: { stringValue: 'a line' },
      attributes: rowAttributes(name, row),
    }));
    return { resourceLogs: [{ resource: RESOURCE, scopeLogs: [{ logRecords }] }] };
  },
  traces: (name) => {
    const traceId = crypto.getRandomValues(Buffer.alloc(16));
    const spans = NUMBERS.map((row) => ({
      traceId,
      spanId: crypto.getRandomValues(Buffer.alloc(8)),
      name: 'work',
      startTimeUnixNano: nanos(row),
      endTimeUnixNano: nanos(row + 1),
      attributes: rowAttributes(name, row),
    }));
    return { resourceSpans: [{ resource: RESOURCE, scopeSpans: [{ spans }] }] };
  },
  metrics: (name) => {
    const point = { attributes: rowAttributes(name, 0), startTimeUnixNano: nanos(0), timeUnixNano: nanos(1) };
    const gauge = {
      dataPoints: NUMBERS.map((row) => ({
        timeUnixNano: nanos(row),
        asDouble: stepOf(name, row),
        // What tells rows apart is the step: another attribute would make each point a curve of its own.
        attributes: attributes({ 'job.id': name.client, epoch: 0, batch: stepOf(name, row) }),
      })),
    };
    const sum = { dataPoints: [{ ...point, asDouble: 1 }], aggregationTemporality: 2, isMonotonic: true };
    const histogram = {
      dataPoints: [{ ...point, count: 1, sum: 1, bucketCounts: [1, 0], explicitBounds: [2] }],
      aggregationTemporality: 2,
    };
    const metrics = [
      { name: 'ml.training.loss', gauge },
      { name: 'load.sum', sum },
      { name: 'load.histogram', histogram },
    ];
    return { resourceMetrics: [{ resource: RESOURCE, scopeMetrics: [{ metrics }] }] };
  },
};

/** The batch number of a gauge point, which is its value too. */
function stepOf({ sequence }: RequestName, row: number): number {
  return sequence * ROWS + row;
}

function rowAttributes(name: RequestName, row: number): object[] {
  return attributes({ [REQUEST_KEY]: textOf(name), [ROW_KEY]: row });
}

function nanos(row: number): string {
  return String(BigInt(Date.now()) * 1_000_000n + BigInt(row));
}
