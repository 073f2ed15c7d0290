-- Metric points out of OTLP requests, in two steps: first a row for each metric, whose attributes are converted once
-- for all types of metric (what a view costs is its expressions more than its rows), then a view for each type.
CREATE TABLE IF NOT EXISTS otlp_metric_rows (
    ResourceAttributes Map(String, String),
    ResourceSchemaUrl String,
    ScopeName String,
    ScopeVersion String,
    ScopeAttributes Map(String, String),
    ScopeDroppedAttrCount UInt32,
    ScopeSchemaUrl String,
    MetricName String,
    MetricDescription String,
    MetricUnit String,
    Type LowCardinality(String),
    AggregationTemporality Int32,
    IsMonotonic Bool,
    -- An element for each point, in every array that its type has.
    Attributes Array(Map(String, String)),
    Starts Array(UInt64),
    Times Array(UInt64),
    Flags Array(UInt32),
    Values Array(Float64),
    Counts Array(UInt64),
    Sums Array(Float64),
    Mins Array(Float64),
    Maxs Array(Float64),
    BucketCounts Array(Array(UInt64)),
    ExplicitBounds Array(Array(Float64)),
    Scales Array(Int32),
    ZeroCounts Array(UInt64),
    PositiveOffsets Array(Int32),
    PositiveBucketCounts Array(Array(UInt64)),
    NegativeOffsets Array(Int32),
    NegativeBucketCounts Array(Array(UInt64)),
    Quantiles Array(Array(Float64)),
    QuantileValues Array(Array(Float64)),
    ExemplarAttributes Array(Array(Map(String, String))),
    ExemplarTimes Array(Array(UInt64)),
    ExemplarValues Array(Array(Float64)),
    ExemplarSpanIds Array(Array(String)),
    ExemplarTraceIds Array(Array(String))
)
ENGINE = Null;

CREATE OR REPLACE FUNCTION otlp_numbers AS (points) -> arrayMap((kind, double, int) -> if(kind = 'as_int', toFloat64(int), double), (points).value, (points).as_double, (points).as_int);

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metric_rows_mv TO otlp_metric_rows AS
WITH multiIf(Type = 'gauge', m.gauge.data_points.exemplars, Type = 'sum', m.sum.data_points.exemplars, Type = 'histogram', m.histogram.data_points.exemplars, m.exponential_histogram.data_points.exemplars) AS exemplars
SELECT
    ResourceAttributes,
    ResourceSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    ScopeDroppedAttrCount,
    ScopeSchemaUrl,
    m.name AS MetricName,
    m.description AS MetricDescription,
    m.unit AS MetricUnit,
    toString(m.data) AS Type,
    multiIf(Type = 'sum', m.sum.aggregation_temporality, Type = 'histogram', m.histogram.aggregation_temporality, m.exponential_histogram.aggregation_temporality) AS AggregationTemporality,
    m.sum.is_monotonic AS IsMonotonic,
    arrayMap(a -> otlp_map(a), multiIf(Type = 'gauge', m.gauge.data_points.attributes, Type = 'sum', m.sum.data_points.attributes, Type = 'histogram', m.histogram.data_points.attributes, Type = 'exponential_histogram', m.exponential_histogram.data_points.attributes, m.summary.data_points.attributes)) AS Attributes,
    multiIf(Type = 'gauge', m.gauge.data_points.start_time_unix_nano, Type = 'sum', m.sum.data_points.start_time_unix_nano, Type = 'histogram', m.histogram.data_points.start_time_unix_nano, Type = 'exponential_histogram', m.exponential_histogram.data_points.start_time_unix_nano, m.summary.data_points.start_time_unix_nano) AS Starts,
    multiIf(Type = 'gauge', m.gauge.data_points.time_unix_nano, Type = 'sum', m.sum.data_points.time_unix_nano, Type = 'histogram', m.histogram.data_points.time_unix_nano, Type = 'exponential_histogram', m.exponential_histogram.data_points.time_unix_nano, m.summary.data_points.time_unix_nano) AS Times,
    multiIf(Type = 'gauge', m.gauge.data_points.flags, Type = 'sum', m.sum.data_points.flags, Type = 'histogram', m.histogram.data_points.flags, Type = 'exponential_histogram', m.exponential_histogram.data_points.flags, m.summary.data_points.flags) AS Flags,
    if(Type = 'gauge', otlp_numbers(m.gauge.data_points), otlp_numbers(m.sum.data_points)) AS Values,
    multiIf(Type = 'histogram', m.histogram.data_points.count, Type = 'exponential_histogram', m.exponential_histogram.data_points.count, m.summary.data_points.count) AS Counts,
    multiIf(Type = 'histogram', m.histogram.data_points.sum, Type = 'exponential_histogram', m.exponential_histogram.data_points.sum, m.summary.data_points.sum) AS Sums,
    multiIf(Type = 'histogram', m.histogram.data_points.min, m.exponential_histogram.data_points.min) AS Mins,
    multiIf(Type = 'histogram', m.histogram.data_points.max, m.exponential_histogram.data_points.max) AS Maxs,
    m.histogram.data_points.bucket_counts AS BucketCounts,
    m.histogram.data_points.explicit_bounds AS ExplicitBounds,
    m.exponential_histogram.data_points.scale AS Scales,
    m.exponential_histogram.data_points.zero_count AS ZeroCounts,
    m.exponential_histogram.data_points.positive.offset AS PositiveOffsets,
    m.exponential_histogram.data_points.positive.bucket_counts AS PositiveBucketCounts,
    m.exponential_histogram.data_points.negative.offset AS NegativeOffsets,
    m.exponential_histogram.data_points.negative.bucket_counts AS NegativeBucketCounts,
    m.summary.data_points.quantile_values.quantile AS Quantiles,
    m.summary.data_points.quantile_values.value AS QuantileValues,
    arrayMap(list -> arrayMap(a -> otlp_map(a), list), exemplars.filtered_attributes) AS ExemplarAttributes,
    exemplars.time_unix_nano AS ExemplarTimes,
    arrayMap(list -> otlp_numbers(list), exemplars) AS ExemplarValues,
    -- Here the exporter writes an id that is absent as zeros.
    arrayMap(list -> arrayMap(id -> leftPad(lower(hex(id)), 16, '0'), list), exemplars.span_id) AS ExemplarSpanIds,
    arrayMap(list -> arrayMap(id -> leftPad(lower(hex(id)), 32, '0'), list), exemplars.trace_id) AS ExemplarTraceIds
FROM (
    SELECT
        ResourceAttributes,
        ResourceSchemaUrl,
        scope_metrics.scope.name AS ScopeName,
        scope_metrics.scope.version AS ScopeVersion,
        otlp_map(scope_metrics.scope.attributes) AS ScopeAttributes,
        scope_metrics.scope.dropped_attributes_count AS ScopeDroppedAttrCount,
        scope_metrics.schema_url AS ScopeSchemaUrl,
        scope_metrics.metrics AS metrics
    FROM (
        SELECT otlp_map(rm.resource.attributes) AS ResourceAttributes, rm.schema_url AS ResourceSchemaUrl, rm.scope_metrics AS scope_metrics
        FROM (SELECT arrayJoin(resource_metrics) AS rm FROM otlp_metrics)
    )
    ARRAY JOIN scope_metrics
)
ARRAY JOIN metrics AS m;

-- A point with the flag NoRecordedValue has no value: its 0 is not stored.
CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_gauge_mv TO otel_metrics_gauge AS
SELECT
    ResourceAttributes,
    ResourceSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    ScopeDroppedAttrCount,
    ScopeSchemaUrl,
    ResourceAttributes['service.name'] AS ServiceName,
    MetricName,
    MetricDescription,
    MetricUnit,
    attributes AS Attributes,
    otlp_time(start) AS StartTimeUnix,
    otlp_time(time) AS TimeUnix,
    flags AS Flags,
    p_Values AS Value,
    p_ExemplarAttributes AS `Exemplars.FilteredAttributes`,
    arrayMap(t -> otlp_time(t), p_ExemplarTimes) AS `Exemplars.TimeUnix`,
    p_ExemplarValues AS `Exemplars.Value`,
    p_ExemplarSpanIds AS `Exemplars.SpanId`,
    p_ExemplarTraceIds AS `Exemplars.TraceId`,
    otlp_received_at() AS ReceivedAt
FROM (SELECT * FROM otlp_metric_rows WHERE Type = 'gauge')
ARRAY JOIN
    Attributes AS attributes,
    Starts AS start,
    Times AS time,
    Flags AS flags,
    Values AS p_Values,
    ExemplarAttributes AS p_ExemplarAttributes,
    ExemplarTimes AS p_ExemplarTimes,
    ExemplarValues AS p_ExemplarValues,
    ExemplarSpanIds AS p_ExemplarSpanIds,
    ExemplarTraceIds AS p_ExemplarTraceIds
WHERE bitAnd(flags, 1) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_sum_mv TO otel_metrics_sum AS
SELECT
    ResourceAttributes,
    ResourceSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    ScopeDroppedAttrCount,
    ScopeSchemaUrl,
    ResourceAttributes['service.name'] AS ServiceName,
    MetricName,
    MetricDescription,
    MetricUnit,
    attributes AS Attributes,
    otlp_time(start) AS StartTimeUnix,
    otlp_time(time) AS TimeUnix,
    flags AS Flags,
    p_Values AS Value,
    p_ExemplarAttributes AS `Exemplars.FilteredAttributes`,
    arrayMap(t -> otlp_time(t), p_ExemplarTimes) AS `Exemplars.TimeUnix`,
    p_ExemplarValues AS `Exemplars.Value`,
    p_ExemplarSpanIds AS `Exemplars.SpanId`,
    p_ExemplarTraceIds AS `Exemplars.TraceId`,
    AggregationTemporality,
    IsMonotonic,
    otlp_received_at() AS ReceivedAt
FROM (SELECT * FROM otlp_metric_rows WHERE Type = 'sum')
ARRAY JOIN
    Attributes AS attributes,
    Starts AS start,
    Times AS time,
    Flags AS flags,
    Values AS p_Values,
    ExemplarAttributes AS p_ExemplarAttributes,
    ExemplarTimes AS p_ExemplarTimes,
    ExemplarValues AS p_ExemplarValues,
    ExemplarSpanIds AS p_ExemplarSpanIds,
    ExemplarTraceIds AS p_ExemplarTraceIds
WHERE bitAnd(flags, 1) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_histogram_mv TO otel_metrics_histogram AS
SELECT
    ResourceAttributes,
    ResourceSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    ScopeDroppedAttrCount,
    ScopeSchemaUrl,
    ResourceAttributes['service.name'] AS ServiceName,
    MetricName,
    MetricDescription,
    MetricUnit,
    attributes AS Attributes,
    otlp_time(start) AS StartTimeUnix,
    otlp_time(time) AS TimeUnix,
    flags AS Flags,
    p_Counts AS Count,
    p_Sums AS Sum,
    p_Mins AS Min,
    p_Maxs AS Max,
    p_BucketCounts AS BucketCounts,
    p_ExplicitBounds AS ExplicitBounds,
    p_ExemplarAttributes AS `Exemplars.FilteredAttributes`,
    arrayMap(t -> otlp_time(t), p_ExemplarTimes) AS `Exemplars.TimeUnix`,
    p_ExemplarValues AS `Exemplars.Value`,
    p_ExemplarSpanIds AS `Exemplars.SpanId`,
    p_ExemplarTraceIds AS `Exemplars.TraceId`,
    AggregationTemporality,
    otlp_received_at() AS ReceivedAt
FROM (SELECT * FROM otlp_metric_rows WHERE Type = 'histogram')
ARRAY JOIN
    Attributes AS attributes,
    Starts AS start,
    Times AS time,
    Flags AS flags,
    Counts AS p_Counts,
    Sums AS p_Sums,
    Mins AS p_Mins,
    Maxs AS p_Maxs,
    BucketCounts AS p_BucketCounts,
    ExplicitBounds AS p_ExplicitBounds,
    ExemplarAttributes AS p_ExemplarAttributes,
    ExemplarTimes AS p_ExemplarTimes,
    ExemplarValues AS p_ExemplarValues,
    ExemplarSpanIds AS p_ExemplarSpanIds,
    ExemplarTraceIds AS p_ExemplarTraceIds
WHERE bitAnd(flags, 1) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_exponential_histogram_mv TO otel_metrics_exponential_histogram AS
SELECT
    ResourceAttributes,
    ResourceSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    ScopeDroppedAttrCount,
    ScopeSchemaUrl,
    ResourceAttributes['service.name'] AS ServiceName,
    MetricName,
    MetricDescription,
    MetricUnit,
    attributes AS Attributes,
    otlp_time(start) AS StartTimeUnix,
    otlp_time(time) AS TimeUnix,
    flags AS Flags,
    p_Counts AS Count,
    p_Sums AS Sum,
    p_Mins AS Min,
    p_Maxs AS Max,
    p_Scales AS Scale,
    p_ZeroCounts AS ZeroCount,
    p_PositiveOffsets AS PositiveOffset,
    p_PositiveBucketCounts AS PositiveBucketCounts,
    p_NegativeOffsets AS NegativeOffset,
    p_NegativeBucketCounts AS NegativeBucketCounts,
    p_ExemplarAttributes AS `Exemplars.FilteredAttributes`,
    arrayMap(t -> otlp_time(t), p_ExemplarTimes) AS `Exemplars.TimeUnix`,
    p_ExemplarValues AS `Exemplars.Value`,
    p_ExemplarSpanIds AS `Exemplars.SpanId`,
    p_ExemplarTraceIds AS `Exemplars.TraceId`,
    AggregationTemporality,
    otlp_received_at() AS ReceivedAt
FROM (SELECT * FROM otlp_metric_rows WHERE Type = 'exponential_histogram')
ARRAY JOIN
    Attributes AS attributes,
    Starts AS start,
    Times AS time,
    Flags AS flags,
    Counts AS p_Counts,
    Sums AS p_Sums,
    Mins AS p_Mins,
    Maxs AS p_Maxs,
    Scales AS p_Scales,
    ZeroCounts AS p_ZeroCounts,
    PositiveOffsets AS p_PositiveOffsets,
    PositiveBucketCounts AS p_PositiveBucketCounts,
    NegativeOffsets AS p_NegativeOffsets,
    NegativeBucketCounts AS p_NegativeBucketCounts,
    ExemplarAttributes AS p_ExemplarAttributes,
    ExemplarTimes AS p_ExemplarTimes,
    ExemplarValues AS p_ExemplarValues,
    ExemplarSpanIds AS p_ExemplarSpanIds,
    ExemplarTraceIds AS p_ExemplarTraceIds
WHERE bitAnd(flags, 1) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_summary_mv TO otel_metrics_summary AS
SELECT
    ResourceAttributes,
    ResourceSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    ScopeDroppedAttrCount,
    ScopeSchemaUrl,
    ResourceAttributes['service.name'] AS ServiceName,
    MetricName,
    MetricDescription,
    MetricUnit,
    attributes AS Attributes,
    otlp_time(start) AS StartTimeUnix,
    otlp_time(time) AS TimeUnix,
    flags AS Flags,
    p_Counts AS Count,
    p_Sums AS Sum,
    p_Quantiles AS `ValueAtQuantiles.Quantile`,
    p_QuantileValues AS `ValueAtQuantiles.Value`,
    otlp_received_at() AS ReceivedAt
FROM (SELECT * FROM otlp_metric_rows WHERE Type = 'summary')
ARRAY JOIN
    Attributes AS attributes,
    Starts AS start,
    Times AS time,
    Flags AS flags,
    Counts AS p_Counts,
    Sums AS p_Sums,
    Quantiles AS p_Quantiles,
    QuantileValues AS p_QuantileValues
WHERE bitAnd(flags, 1) = 0;
