const TOP_LEVEL = [
  'resourceMetrics',
  'resourceLogs',
  'resourceSpans',
  'resource_metrics',
  'resource_logs',
  'resource_spans',
] as const;

/** Whether parsed JSON is an OTLP export request (OTLP specification, "JSON Protobuf Encoding"). */
export function looksLikeOtlp(value: unknown): boolean {
  return typeof value === 'object' && value !== null && TOP_LEVEL.some((key) => Object.hasOwn(value, key));
}
