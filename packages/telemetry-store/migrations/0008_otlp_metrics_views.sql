-- Metric points out of OTLP requests, in two steps: first a row for each metric, whose attributes are converted once
-- for all types of metric (what a view costs is its expressions more than its rows), then a view for each type.
CREATE TABLE IF NOT EXISTS otlp_metric_rows {{on_cluster}} (
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

CREATE OR REPLACE FUNCTION otlp_numbers {{on_cluster}} AS (points) -> arrayMap((kind, double, int) -> if(kind = 'as_int', toFloat64(int), double), (points).value, (points).as_double, (points).as_int);

-- The message is taken apart into narrow columns at once, and those are unrolled together, level by level: what a view
-- costs before its first row grows with the width of the types that its expressions touch. A small insert of metrics took
-- 320 ms of CPU where whole messages were unrolled, and takes 220 so.
CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metric_rows_mv {{on_cluster}} TO otlp_metric_rows AS
WITH multiIf(Type = 'gauge', gauge.exemplars, Type = 'sum', sum.exemplars, Type = 'histogram', histogram.exemplars, exponential_histogram.exemplars) AS exemplars
SELECT
    resource_attributes AS ResourceAttributes,
    resource_schema_url AS ResourceSchemaUrl,
    scope_name AS ScopeName,
    scope_version AS ScopeVersion,
    scope_attributes AS ScopeAttributes,
    scope_dropped AS ScopeDroppedAttrCount,
    scope_schema_url AS ScopeSchemaUrl,
    name AS MetricName,
    description AS MetricDescription,
    unit AS MetricUnit,
    toString(data) AS Type,
    multiIf(Type = 'sum', sum_temporality, Type = 'histogram', histogram_temporality, exponential_temporality) AS AggregationTemporality,
    is_monotonic AS IsMonotonic,
    arrayMap(a -> otlp_map(a), multiIf(Type = 'gauge', gauge.attributes, Type = 'sum', sum.attributes, Type = 'histogram', histogram.attributes, Type = 'exponential_histogram', exponential_histogram.attributes, summary.attributes)) AS Attributes,
    multiIf(Type = 'gauge', gauge.start_time_unix_nano, Type = 'sum', sum.start_time_unix_nano, Type = 'histogram', histogram.start_time_unix_nano, Type = 'exponential_histogram', exponential_histogram.start_time_unix_nano, summary.start_time_unix_nano) AS Starts,
    multiIf(Type = 'gauge', gauge.time_unix_nano, Type = 'sum', sum.time_unix_nano, Type = 'histogram', histogram.time_unix_nano, Type = 'exponential_histogram', exponential_histogram.time_unix_nano, summary.time_unix_nano) AS Times,
    multiIf(Type = 'gauge', gauge.flags, Type = 'sum', sum.flags, Type = 'histogram', histogram.flags, Type = 'exponential_histogram', exponential_histogram.flags, summary.flags) AS Flags,
    if(Type = 'gauge', otlp_numbers(gauge), otlp_numbers(sum)) AS Values,
    multiIf(Type = 'histogram', histogram.count, Type = 'exponential_histogram', exponential_histogram.count, summary.count) AS Counts,
    multiIf(Type = 'histogram', histogram.sum, Type = 'exponential_histogram', exponential_histogram.sum, summary.sum) AS Sums,
    multiIf(Type = 'histogram', histogram.min, exponential_histogram.min) AS Mins,
    multiIf(Type = 'histogram', histogram.max, exponential_histogram.max) AS Maxs,
    histogram.bucket_counts AS BucketCounts,
    histogram.explicit_bounds AS ExplicitBounds,
    exponential_histogram.scale AS Scales,
    exponential_histogram.zero_count AS ZeroCounts,
    exponential_histogram.positive.offset AS PositiveOffsets,
    exponential_histogram.positive.bucket_counts AS PositiveBucketCounts,
    exponential_histogram.negative.offset AS NegativeOffsets,
    exponential_histogram.negative.bucket_counts AS NegativeBucketCounts,
    summary.quantile_values.quantile AS Quantiles,
    summary.quantile_values.value AS QuantileValues,
    arrayMap(list -> arrayMap(a -> otlp_map(a), list), exemplars.filtered_attributes) AS ExemplarAttributes,
    exemplars.time_unix_nano AS ExemplarTimes,
    arrayMap(list -> otlp_numbers(list), exemplars) AS ExemplarValues,
    -- Here the exporter writes an id that is absent as zeros.
    arrayMap(list -> arrayMap(id -> leftPad(lower(hex(id)), 16, '0'), list), exemplars.span_id) AS ExemplarSpanIds,
    arrayMap(list -> arrayMap(id -> leftPad(lower(hex(id)), 32, '0'), list), exemplars.trace_id) AS ExemplarTraceIds
FROM (
    SELECT * REPLACE (otlp_map(scope_attributes) AS scope_attributes)
    FROM (
        SELECT * REPLACE (otlp_map(resource_attributes) AS resource_attributes)
        FROM (
            SELECT
                resource_metrics.resource.attributes AS resource_attributes,
                resource_metrics.schema_url AS resource_schema_url,
                resource_metrics.scope_metrics.scope.name AS scope_name,
                resource_metrics.scope_metrics.scope.version AS scope_version,
                resource_metrics.scope_metrics.scope.attributes AS scope_attributes,
                resource_metrics.scope_metrics.scope.dropped_attributes_count AS scope_dropped,
                resource_metrics.scope_metrics.schema_url AS scope_schema_url,
                resource_metrics.scope_metrics.metrics.name AS name,
                resource_metrics.scope_metrics.metrics.description AS description,
                resource_metrics.scope_metrics.metrics.unit AS unit,
                resource_metrics.scope_metrics.metrics.data AS data,
                resource_metrics.scope_metrics.metrics.gauge.data_points AS gauge,
                resource_metrics.scope_metrics.metrics.sum.data_points AS sum,
                resource_metrics.scope_metrics.metrics.sum.aggregation_temporality AS sum_temporality,
                resource_metrics.scope_metrics.metrics.sum.is_monotonic AS is_monotonic,
                resource_metrics.scope_metrics.metrics.histogram.data_points AS histogram,
                resource_metrics.scope_metrics.metrics.histogram.aggregation_temporality AS histogram_temporality,
                resource_metrics.scope_metrics.metrics.exponential_histogram.data_points AS exponential_histogram,
                resource_metrics.scope_metrics.metrics.exponential_histogram.aggregation_temporality AS exponential_temporality,
                resource_metrics.scope_metrics.metrics.summary.data_points AS summary
            FROM otlp_metrics
        )
        ARRAY JOIN
            resource_attributes, resource_schema_url, scope_name, scope_version, scope_attributes,
            scope_dropped, scope_schema_url, name, description, unit, data, gauge, sum,
            sum_temporality, is_monotonic, histogram, histogram_temporality, exponential_histogram,
            exponential_temporality, summary
    )
    ARRAY JOIN
        scope_name, scope_version, scope_attributes, scope_dropped, scope_schema_url, name,
        description, unit, data, gauge, sum, sum_temporality, is_monotonic, histogram,
        histogram_temporality, exponential_histogram, exponential_temporality, summary
)
ARRAY JOIN
    name, description, unit, data, gauge, sum, sum_temporality, is_monotonic, histogram,
    histogram_temporality, exponential_histogram, exponential_temporality, summary;

-- A point with the flag NoRecordedValue has no value: its 0 is not stored.
CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_gauge_mv {{on_cluster}} TO otel_metrics_gauge AS
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

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_sum_mv {{on_cluster}} TO otel_metrics_sum AS
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

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_histogram_mv {{on_cluster}} TO otel_metrics_histogram AS
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

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_exponential_histogram_mv {{on_cluster}} TO otel_metrics_exponential_histogram AS
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

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_summary_mv {{on_cluster}} TO otel_metrics_summary AS
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

-- The same out of plain requests, which have gauges, sums and histograms without exemplars.
CREATE TABLE IF NOT EXISTS otlp_metric_rows_plain {{on_cluster}} (
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
    ExplicitBounds Array(Array(Float64))
)
ENGINE = Null;

-- A metric has points of one type: of the three lists two are empty.
CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metric_rows_plain_mv {{on_cluster}} TO otlp_metric_rows_plain AS
SELECT
    resource_attributes AS ResourceAttributes,
    resource_schema_url AS ResourceSchemaUrl,
    scope_name AS ScopeName,
    scope_version AS ScopeVersion,
    scope_attributes AS ScopeAttributes,
    scope_dropped AS ScopeDroppedAttrCount,
    scope_schema_url AS ScopeSchemaUrl,
    name AS MetricName,
    description AS MetricDescription,
    unit AS MetricUnit,
    toString(data) AS Type,
    if(data = 'sum', sum_temporality, histogram_temporality) AS AggregationTemporality,
    is_monotonic AS IsMonotonic,
    arrayMap(a -> otlp_plain_map(a), arrayConcat(gauge.attributes, sum.attributes, histogram.attributes)) AS Attributes,
    arrayConcat(gauge.start_time_unix_nano, sum.start_time_unix_nano, histogram.start_time_unix_nano) AS Starts,
    arrayConcat(gauge.time_unix_nano, sum.time_unix_nano, histogram.time_unix_nano) AS Times,
    arrayConcat(gauge.flags, sum.flags, histogram.flags) AS Flags,
    otlp_numbers(arrayConcat(gauge, sum)) AS Values,
    histogram.count AS Counts,
    histogram.sum AS Sums,
    histogram.min AS Mins,
    histogram.max AS Maxs,
    histogram.bucket_counts AS BucketCounts,
    histogram.explicit_bounds AS ExplicitBounds
FROM (
    SELECT * REPLACE (otlp_plain_map(scope_attributes) AS scope_attributes)
    FROM (
        SELECT * REPLACE (otlp_map(resource_attributes) AS resource_attributes)
        FROM (
            SELECT
                resource_metrics.resource.attributes AS resource_attributes,
                resource_metrics.schema_url AS resource_schema_url,
                resource_metrics.scope_metrics.scope.name AS scope_name,
                resource_metrics.scope_metrics.scope.version AS scope_version,
                resource_metrics.scope_metrics.scope.attributes AS scope_attributes,
                resource_metrics.scope_metrics.scope.dropped_attributes_count AS scope_dropped,
                resource_metrics.scope_metrics.schema_url AS scope_schema_url,
                resource_metrics.scope_metrics.metrics.name AS name,
                resource_metrics.scope_metrics.metrics.description AS description,
                resource_metrics.scope_metrics.metrics.unit AS unit,
                resource_metrics.scope_metrics.metrics.data AS data,
                resource_metrics.scope_metrics.metrics.gauge.data_points AS gauge,
                resource_metrics.scope_metrics.metrics.sum.data_points AS sum,
                resource_metrics.scope_metrics.metrics.sum.aggregation_temporality AS sum_temporality,
                resource_metrics.scope_metrics.metrics.sum.is_monotonic AS is_monotonic,
                resource_metrics.scope_metrics.metrics.histogram.data_points AS histogram,
                resource_metrics.scope_metrics.metrics.histogram.aggregation_temporality AS histogram_temporality
            FROM otlp_metrics_plain
        )
        ARRAY JOIN
            resource_attributes, resource_schema_url, scope_name, scope_version, scope_attributes,
            scope_dropped, scope_schema_url, name, description, unit, data, gauge, sum,
            sum_temporality, is_monotonic, histogram, histogram_temporality
    )
    ARRAY JOIN
        scope_name, scope_version, scope_attributes, scope_dropped, scope_schema_url, name,
        description, unit, data, gauge, sum, sum_temporality, is_monotonic, histogram,
        histogram_temporality
)
ARRAY JOIN
    name, description, unit, data, gauge, sum, sum_temporality, is_monotonic, histogram,
    histogram_temporality;

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_gauge_plain_mv {{on_cluster}} TO otel_metrics_gauge AS
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
    otlp_received_at() AS ReceivedAt
FROM (SELECT * FROM otlp_metric_rows_plain WHERE Type = 'gauge')
ARRAY JOIN
    Attributes AS attributes,
    Starts AS start,
    Times AS time,
    Flags AS flags,
    Values AS p_Values
WHERE bitAnd(flags, 1) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_sum_plain_mv {{on_cluster}} TO otel_metrics_sum AS
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
    AggregationTemporality,
    IsMonotonic,
    otlp_received_at() AS ReceivedAt
FROM (SELECT * FROM otlp_metric_rows_plain WHERE Type = 'sum')
ARRAY JOIN
    Attributes AS attributes,
    Starts AS start,
    Times AS time,
    Flags AS flags,
    Values AS p_Values
WHERE bitAnd(flags, 1) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_metrics_histogram_plain_mv {{on_cluster}} TO otel_metrics_histogram AS
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
    AggregationTemporality,
    otlp_received_at() AS ReceivedAt
FROM (SELECT * FROM otlp_metric_rows_plain WHERE Type = 'histogram')
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
    ExplicitBounds AS p_ExplicitBounds
WHERE bitAnd(flags, 1) = 0;
