import protobuf from 'protobufjs';

/** What of OTLP's protobuf is looked at; field numbers as in opentelemetry-proto's metrics.proto. */
const PROTO = `
syntax = "proto3";
message Request { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { repeated ScopeMetrics scope_metrics = 2; }
message ScopeMetrics { repeated Metric metrics = 2; }
message Metric { string name = 1; Gauge gauge = 5; Histogram histogram = 9; }
message Gauge { repeated Point data_points = 1; }
message Point { repeated KeyValue attributes = 7; }
message Histogram { repeated HistogramPoint data_points = 1; }
message HistogramPoint { fixed64 count = 4; repeated KeyValue attributes = 9; }
message KeyValue { string key = 1; Value value = 2; }
message Value { string string_value = 1; int64 int_value = 3; double double_value = 4; }
`;

interface Value {
  readonly stringValue: string;
  readonly intValue: { toNumber(): number };
  readonly doubleValue: number;
}
interface Point {
  readonly attributes: readonly { readonly key: string; readonly value: Value }[];
}
interface Metric {
  readonly name: string;
  readonly gauge: { readonly dataPoints: readonly Point[] } | null;
  readonly histogram: {
    readonly dataPoints: readonly (Point & { readonly count: { toNumber(): number } })[];
  } | null;
}

/** One step's value of one metric. */
export interface GaugePoint {
  readonly metric: string;
  readonly job: string;
  readonly batch: number;
}

/** A histogram's count as it stands for a job. */
export interface HistogramCount {
  readonly metric: string;
  readonly job: string;
  readonly count: number;
}

const Request = protobuf.parse(PROTO).root.lookupType('Request');

/** The training metrics in an ExportMetricsServiceRequest. */
export function readRequest(body: Uint8Array): { gauges: GaugePoint[]; histograms: HistogramCount[] } {
  const gauges: GaugePoint[] = [];
  const histograms: HistogramCount[] = [];
  for (const { name, gauge, histogram } of metricsOf(body)) {
    if (!name.startsWith('ml.training.')) continue;
    for (const point of gauge?.dataPoints ?? []) {
      gauges.push({ metric: name, job: jobOf(point), batch: batchOf(point) });
    }
    for (const point of histogram?.dataPoints ?? []) {
      histograms.push({ metric: name, job: jobOf(point), count: point.count.toNumber() });
    }
  }
  return { gauges, histograms };
}

function metricsOf(body: Uint8Array): Metric[] {
  const request = Request.decode(body) as unknown as {
    resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[];
  };
  return request.resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics),
  );
}

function attribute({ attributes }: Point, key: string): Value | undefined {
  return attributes.find((one) => one.key === key)?.value;
}

function jobOf(point: Point): string {
  return attribute(point, 'job.id')?.stringValue ?? '';
}

/** Whole numbers travel as integers. */
function batchOf(point: Point): number {
  const value = attribute(point, 'batch');
  if (value === undefined) return Number.NaN;
  return value.intValue.toNumber() || value.doubleValue;
}
