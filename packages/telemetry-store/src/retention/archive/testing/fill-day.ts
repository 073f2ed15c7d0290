import type { Connection } from '../../../connection/connection.ts';

/** A day long past. */
export const DAY = '2026-01-05';

const RECEIVED = `toDateTime('${DAY} 10:00:00', 'UTC') + number AS ReceivedAt`;
/** Times and values at their extremes; a NaN with a payload, a zero with a sign. */
const NANOS =
  "[toInt64('-9223372036854775808'), toInt64('9223372036854775807'), toInt64(0), toInt64(-1)][number % 4 + 1]";
const VALUE =
  "[nan, inf, -inf, -0., 5e-324, reinterpretAsFloat64(unhex('010000000000F87F'))][number % 6 + 1]";
const MAP = "if(number % 3 = 0, map(), map('job.id', 'r\\0\\xff', 'batch', toString(number), '', 'é'))";
const METRIC = `'ml.training.loss' AS MetricName, ${MAP} AS Attributes, fromUnixTimestamp64Nano(${NANOS}) AS TimeUnix, TimeUnix AS StartTimeUnix`;
const EXEMPLARS = `[${MAP}, map()] AS "Exemplars.FilteredAttributes", [TimeUnix, TimeUnix] AS "Exemplars.TimeUnix",
  [${VALUE}, 1] AS "Exemplars.Value", ['', 'a'] AS "Exemplars.SpanId", ['', 'b'] AS "Exemplars.TraceId"`;
const BUCKETS = '[18446744073709551615, 0, number]';

/** The rows of each source table, as a SELECT from `numbers()`; derived tables are filled by their views. */
const ROWS: Readonly<Record<string, string>> = {
  otel_logs: `fromUnixTimestamp64Nano(${NANOS}) AS Timestamp, 'a\\0\\xff' AS Body, ${MAP} AS LogAttributes, 255 AS TraceFlags`,
  otel_traces: `fromUnixTimestamp64Nano(${NANOS}) AS Timestamp, toString(number % 7) AS TraceId, 18446744073709551615 AS Duration,
    ${MAP} AS SpanAttributes, [Timestamp] AS "Events.Timestamp", ['e'] AS "Events.Name", [${MAP}] AS "Events.Attributes",
    ['t', 'u'] AS "Links.TraceId", ['', ''] AS "Links.SpanId", ['', 's'] AS "Links.TraceState", [map(), ${MAP}] AS "Links.Attributes"`,
  otel_metrics_gauge: `${METRIC}, ${EXEMPLARS}, ${VALUE} AS Value`,
  otel_metrics_sum: `${METRIC}, ${EXEMPLARS}, ${VALUE} AS Value, true AS IsMonotonic, -2 AS AggregationTemporality`,
  otel_metrics_histogram: `${METRIC}, ${EXEMPLARS}, ${VALUE} AS Sum, ${BUCKETS} AS BucketCounts, [-inf, nan] AS ExplicitBounds`,
  otel_metrics_exponential_histogram: `${METRIC}, ${EXEMPLARS}, ${VALUE} AS Sum, -2147483648 AS Scale, ${BUCKETS} AS PositiveBucketCounts`,
  otel_metrics_summary: `${METRIC}, ${VALUE} AS Sum, [0.5, nan] AS "ValueAtQuantiles.Quantile", [${VALUE}, 0] AS "ValueAtQuantiles.Value"`,
};

/** Some rows of every signal that came on {@link DAY}, in two parts, with what is hard to keep. */
export async function fillDay(connection: Connection, rows = 100): Promise<void> {
  for (const [table, columns] of Object.entries(ROWS)) {
    for (const from of [0, rows]) {
      const names = [...columns.matchAll(/ AS (?:"([\w.]+)"|(\w+))/g)].map(
        ([, quoted, plain]) => quoted ?? plain!,
      );
      const list = ['ReceivedAt', ...new Set(names)].map((name) => `\`${name}\``).join(', ');
      await connection.command(
        `INSERT INTO ${table} (${list}) SELECT ${list} FROM (SELECT ${RECEIVED}, ${columns} FROM numbers(${from}, ${rows}))`,
      );
    }
  }
}
