import { attributes, encodeRequest, type Json } from '../../ingest/testing/encode-request.ts';

type Values = { [key: string]: Json };

export interface MadeLog {
  readonly time: bigint;
  readonly body?: string;
  readonly severity?: number;
  readonly traceId?: string;
  readonly attributes?: Values;
}

/** An ExportLogsServiceRequest of one service. */
export function logsRequest(service: string, logs: readonly MadeLog[], resource: Values = {}): Uint8Array {
  const logRecords = logs.map((log) => ({
    timeUnixNano: String(log.time),
    severityNumber: log.severity ?? 9,
    severityText: 'INFO',
    body: { stringValue: log.body ?? '' },
    attributes: attributes(log.attributes ?? {}),
    ...(log.traceId && { traceId: Buffer.from(log.traceId, 'hex') }),
  }));
  return encodeRequest('logs', {
    resourceLogs: [
      { resource: resourceOf(service, resource), scopeLogs: [{ scope: { name: 'test' }, logRecords }] },
    ],
  });
}

export interface MadeSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly start: bigint;
  readonly duration: bigint;
  /** 2 is a server's. */
  readonly kind?: number;
  readonly error?: boolean;
  readonly attributes?: Values;
  readonly events?: readonly { readonly time: bigint; readonly name: string }[];
}

/** An ExportTraceServiceRequest of one service. */
export function tracesRequest(
  service: string,
  spans: readonly MadeSpan[],
  resource: Values = {},
): Uint8Array {
  const made = spans.map((span) => ({
    traceId: Buffer.from(span.traceId, 'hex'),
    spanId: Buffer.from(span.spanId, 'hex'),
    parentSpanId: Buffer.from(span.parentSpanId ?? '', 'hex'),
    name: span.name,
    kind: span.kind ?? 2,
    startTimeUnixNano: String(span.start),
    endTimeUnixNano: String(span.start + span.duration),
    status: { code: span.error ? 2 : 0 },
    attributes: attributes(span.attributes ?? {}),
    events: (span.events ?? []).map(({ time, name }) => ({ timeUnixNano: String(time), name })),
  }));
  return encodeRequest('traces', {
    resourceSpans: [
      { resource: resourceOf(service, resource), scopeSpans: [{ scope: { name: 'test' }, spans: made }] },
    ],
  });
}

export interface MadePoint {
  readonly time: bigint;
  readonly start?: bigint;
  readonly attributes?: Values;
}

/** An ExportMetricsServiceRequest of one metric; `data` has its points under the name of its type. */
export function metricRequest(service: string, metric: object, resource: Values = {}): Uint8Array {
  return encodeRequest('metrics', {
    resourceMetrics: [
      {
        resource: resourceOf(service, resource),
        scopeMetrics: [{ scope: { name: 'test' }, metrics: [metric] }],
      },
    ],
  });
}

/** A number's point. */
export function numberPoint(point: MadePoint & { readonly value: number }): object {
  return { ...pointOf(point), asDouble: point.value };
}

/** A histogram's point. */
export function histogramPoint(
  point: MadePoint & {
    readonly counts: readonly number[];
    readonly bounds: readonly number[];
    readonly sum: number;
  },
): object {
  const count = point.counts.reduce((all, one) => all + one, 0);
  return {
    ...pointOf(point),
    count,
    sum: point.sum,
    bucketCounts: point.counts,
    explicitBounds: point.bounds,
  };
}

export const DELTA = 1;
export const CUMULATIVE = 2;

function pointOf({ time, start, attributes: values }: MadePoint): object {
  return {
    timeUnixNano: String(time),
    startTimeUnixNano: String(start ?? 0n),
    attributes: attributes(values ?? {}),
  };
}

function resourceOf(service: string, values: Values): object {
  return { attributes: attributes({ 'service.name': service, ...values }) };
}
