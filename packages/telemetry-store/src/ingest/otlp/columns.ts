import { bodyType, keyValues } from './any-value.ts';

const RESOURCE = `resource Tuple(attributes ${keyValues()})`;
const SCOPE = `scope Tuple(name String, version String, attributes ${keyValues()}, dropped_attributes_count UInt32)`;

/** The one column of `otlp_traces`: an ExportTraceServiceRequest. */
export function traceColumns(): string {
  const event = `Tuple(time_unix_nano UInt64, name String, attributes ${keyValues()})`;
  const link = `Tuple(trace_id String, span_id String, trace_state String, attributes ${keyValues()})`;
  const span = `Tuple(trace_id String, span_id String, trace_state String, parent_span_id String, name String, kind Int32, start_time_unix_nano UInt64, end_time_unix_nano UInt64, attributes ${keyValues()}, events Array(${event}), links Array(${link}), status Tuple(message String, code Int32))`;
  return `resource_spans Array(Tuple(${RESOURCE}, scope_spans Array(Tuple(${SCOPE}, spans Array(${span})))))`;
}

/** The one column of `otlp_logs`: an ExportLogsServiceRequest. */
export function logColumns(): string {
  const record = `Tuple(time_unix_nano UInt64, observed_time_unix_nano UInt64, severity_number Int32, severity_text String, body ${bodyType()}, attributes ${keyValues()}, flags UInt32, trace_id String, span_id String, event_name String)`;
  return `resource_logs Array(Tuple(${RESOURCE}, scope_logs Array(Tuple(${SCOPE}, log_records Array(${record}), schema_url String)), schema_url String))`;
}

const VALUE = "value Enum8('unset' = 0, 'as_double' = 4, 'as_int' = 6), as_double Float64, as_int Int64";
const EXEMPLAR_VALUE =
  "value Enum8('unset' = 0, 'as_double' = 3, 'as_int' = 6), as_double Float64, as_int Int64";
const POINT = `start_time_unix_nano UInt64, time_unix_nano UInt64, attributes ${keyValues()}, flags UInt32`;
const TOTALS = 'count UInt64, sum Float64';

const DATA =
  "data Enum8('unset' = 0, 'gauge' = 5, 'sum' = 7, 'histogram' = 9, 'exponential_histogram' = 10, 'summary' = 11)";

/** The one column of `otlp_metrics`: an ExportMetricsServiceRequest. */
export function metricColumns(): string {
  const exemplars = `exemplars Array(Tuple(time_unix_nano UInt64, ${EXEMPLAR_VALUE}, span_id String, trace_id String, filtered_attributes ${keyValues()}))`;
  const numbers = `data_points Array(Tuple(${POINT}, ${VALUE}, ${exemplars}))`;
  const histograms = `data_points Array(Tuple(${POINT}, ${TOTALS}, bucket_counts Array(UInt64), explicit_bounds Array(Float64), ${exemplars}, min Float64, max Float64))`;
  const buckets = 'Tuple(offset Int32, bucket_counts Array(UInt64))';
  const exponential = `data_points Array(Tuple(${POINT}, ${TOTALS}, scale Int32, zero_count UInt64, positive ${buckets}, negative ${buckets}, ${exemplars}, min Float64, max Float64))`;
  const summaries = `data_points Array(Tuple(${POINT}, ${TOTALS}, quantile_values Array(Tuple(quantile Float64, value Float64))))`;
  const metric = `Tuple(name String, description String, unit String, ${DATA}, gauge Tuple(${numbers}), sum Tuple(${numbers}, aggregation_temporality Int32, is_monotonic Bool), histogram Tuple(${histograms}, aggregation_temporality Int32), exponential_histogram Tuple(${exponential}, aggregation_temporality Int32), summary Tuple(${summaries}))`;
  return `resource_metrics Array(Tuple(${RESOURCE}, scope_metrics Array(Tuple(${SCOPE}, metrics Array(${metric}), schema_url String)), schema_url String))`;
}
