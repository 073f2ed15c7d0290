import { bodyType, keyValues, plainKeyValues, plainValue } from './any-value.ts';

/** What may be in the values of a request. */
export interface ValueTypes {
  readonly attributes: string;
  readonly body: string;
}

export const NESTED: ValueTypes = { attributes: keyValues(), body: bodyType() };
/** No arrays and no maps but in resources; of metrics only gauges, sums and histograms without exemplars. */
export const PLAIN: ValueTypes = { attributes: plainKeyValues(), body: plainValue() };

const RESOURCE = `resource Tuple(attributes ${keyValues()})`;
const scopeOf = (attributes: string) =>
  `scope Tuple(name String, version String, attributes ${attributes}, dropped_attributes_count UInt32)`;

/** The one column of `otlp_traces`: an ExportTraceServiceRequest. */
export function traceColumns({ attributes }: ValueTypes): string {
  const event = `Tuple(time_unix_nano UInt64, name String, attributes ${attributes})`;
  const link = `Tuple(trace_id String, span_id String, trace_state String, attributes ${attributes})`;
  const span = `Tuple(trace_id String, span_id String, trace_state String, parent_span_id String, name String, kind Int32, start_time_unix_nano UInt64, end_time_unix_nano UInt64, attributes ${attributes}, events Array(${event}), links Array(${link}), status Tuple(message String, code Int32))`;
  return `resource_spans Array(Tuple(${RESOURCE}, scope_spans Array(Tuple(scope Tuple(name String, version String), spans Array(${span})))))`;
}

/** The one column of `otlp_logs`: an ExportLogsServiceRequest. */
export function logColumns({ attributes, body }: ValueTypes): string {
  const record = `Tuple(time_unix_nano UInt64, observed_time_unix_nano UInt64, severity_number Int32, severity_text String, body ${body}, attributes ${attributes}, flags UInt32, trace_id String, span_id String, event_name String)`;
  return `resource_logs Array(Tuple(${RESOURCE}, scope_logs Array(Tuple(${scopeOf(attributes)}, log_records Array(${record}), schema_url String)), schema_url String))`;
}

const VALUE = "value Enum8('unset' = 0, 'as_double' = 4, 'as_int' = 6), as_double Float64, as_int Int64";
const EXEMPLAR_VALUE =
  "value Enum8('unset' = 0, 'as_double' = 3, 'as_int' = 6), as_double Float64, as_int Int64";
const TOTALS = 'count UInt64, sum Float64';

const DATA =
  "data Enum8('unset' = 0, 'gauge' = 5, 'sum' = 7, 'histogram' = 9, 'exponential_histogram' = 10, 'summary' = 11)";

const pointOf = (attributes: string) =>
  `start_time_unix_nano UInt64, time_unix_nano UInt64, attributes ${attributes}, flags UInt32`;
const METRIC_NAMES = 'name String, description String, unit String';

function metricsRequest(attributes: string, metric: string): string {
  return `resource_metrics Array(Tuple(${RESOURCE}, scope_metrics Array(Tuple(${scopeOf(attributes)}, metrics Array(${metric}), schema_url String)), schema_url String))`;
}

/** The one column of `otlp_gauges`: an ExportMetricsServiceRequest that holds no other points. */
export function gaugeColumns(): string {
  const { attributes } = PLAIN;
  const points = `Array(Tuple(${pointOf(attributes)}, ${VALUE}))`;
  return metricsRequest(attributes, `Tuple(${METRIC_NAMES}, gauge Tuple(data_points ${points}))`);
}

/** The one column of `otlp_metrics`: an ExportMetricsServiceRequest. */
export function metricColumns({ attributes }: ValueTypes): string {
  const isPlain = attributes === PLAIN.attributes;
  const point = pointOf(attributes);
  const exemplars = isPlain
    ? ''
    : `, exemplars Array(Tuple(time_unix_nano UInt64, ${EXEMPLAR_VALUE}, span_id String, trace_id String, filtered_attributes ${attributes}))`;
  const numbers = `data_points Array(Tuple(${point}, ${VALUE}${exemplars}))`;
  const histograms = `data_points Array(Tuple(${point}, ${TOTALS}, bucket_counts Array(UInt64), explicit_bounds Array(Float64)${exemplars}, min Float64, max Float64))`;
  const buckets = 'Tuple(offset Int32, bucket_counts Array(UInt64))';
  const exponential = `data_points Array(Tuple(${point}, ${TOTALS}, scale Int32, zero_count UInt64, positive ${buckets}, negative ${buckets}${exemplars}, min Float64, max Float64))`;
  const summaries = `data_points Array(Tuple(${point}, ${TOTALS}, quantile_values Array(Tuple(quantile Float64, value Float64))))`;
  const rare = isPlain
    ? ''
    : `, exponential_histogram Tuple(${exponential}, aggregation_temporality Int32), summary Tuple(${summaries})`;
  const metric = `Tuple(${METRIC_NAMES}, ${DATA}, gauge Tuple(${numbers}), sum Tuple(${numbers}, aggregation_temporality Int32, is_monotonic Bool), histogram Tuple(${histograms}, aggregation_temporality Int32)${rare})`;
  return metricsRequest(attributes, metric);
}
