-- What keys the records of a signal have, and which values are the most frequent: for facets and completion, which never
-- scan the records. One row for a quarter of an hour, a service and a key, whatever is sent: the values are counted in
-- 64 counters (Space-Saving: Metwally, Agrawal, El Abbadi 2005), exactly while a key has no more values than that; of one
-- with more, such as an id, each count says by how much it may be too high. Records counts them all, also those whose value
-- is too long to be shown. A record that is sent again counts again.
CREATE TABLE IF NOT EXISTS otel_logs_facets {{on_cluster}} (
    Quarter DateTime64(0, 'UTC') CODEC(Delta, ZSTD(1)),
    ServiceName LowCardinality(String) CODEC(ZSTD(1)),
    -- One of ours (severity, service, event), not an attribute of that name.
    IsField Bool CODEC(ZSTD(1)),
    Key LowCardinality(String) CODEC(ZSTD(1)),
    Records SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    Top AggregateFunction(approx_top_k(64, 64), String) CODEC(ZSTD(1)),
    ReceivedAt DateTime('UTC') CODEC(ZSTD(1)),

    INDEX idx_quarter Quarter TYPE minmax GRANULARITY 1
)
ENGINE = {{replicated}}AggregatingMergeTree
PARTITION BY toDate(ReceivedAt)
ORDER BY (IsField, Key, ServiceName, Quarter)
-- A row is up to some kilobytes of counters.
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, index_granularity = 256;

-- An attribute is the record's own, or its resource's where it has none of that key: as the filters have it.
CREATE MATERIALIZED VIEW IF NOT EXISTS otel_logs_facets_mv {{on_cluster}} TO otel_logs_facets AS
SELECT
    Quarter,
    ServiceName,
    position <= 3 AS IsField,
    key AS Key,
    count() AS Records,
    approx_top_kStateIf(64, 64)(value, length(value) <= 128) AS Top,
    max(Received) AS ReceivedAt
FROM (
    SELECT
        -- As whole numbers: a DateTime would wrap the times that senders get wrong into other years.
        fromUnixTimestamp64Second(intDiv(toUnixTimestamp64Nano(Timestamp), 900000000000) * 900, 'UTC') AS Quarter,
        ServiceName,
        mapUpdate(ResourceAttributes, LogAttributes) AS attributes,
        arrayConcat(['severity', 'service', 'event'], mapKeys(attributes)) AS keys,
        arrayConcat([toString(SeverityNumber), ServiceName, EventName], mapValues(attributes)) AS values,
        ReceivedAt AS Received
    FROM otel_logs
)
ARRAY JOIN keys AS key, values AS value, arrayEnumerate(keys) AS position
WHERE length(key) <= 128 AND (value != '' OR position > 3)
GROUP BY Quarter, ServiceName, IsField, Key;

CREATE TABLE IF NOT EXISTS otel_traces_facets {{on_cluster}} (
    Quarter DateTime64(0, 'UTC') CODEC(Delta, ZSTD(1)),
    ServiceName LowCardinality(String) CODEC(ZSTD(1)),
    -- One of ours (service, name, kind, status), not an attribute of that name.
    IsField Bool CODEC(ZSTD(1)),
    Key LowCardinality(String) CODEC(ZSTD(1)),
    Records SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    Top AggregateFunction(approx_top_k(64, 64), String) CODEC(ZSTD(1)),
    ReceivedAt DateTime('UTC') CODEC(ZSTD(1)),

    INDEX idx_quarter Quarter TYPE minmax GRANULARITY 1
)
ENGINE = {{replicated}}AggregatingMergeTree
PARTITION BY toDate(ReceivedAt)
ORDER BY (IsField, Key, ServiceName, Quarter)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, index_granularity = 256;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_facets_mv {{on_cluster}} TO otel_traces_facets AS
SELECT
    Quarter,
    ServiceName,
    position <= 4 AS IsField,
    key AS Key,
    count() AS Records,
    approx_top_kStateIf(64, 64)(value, length(value) <= 128) AS Top,
    max(Received) AS ReceivedAt
FROM (
    SELECT
        fromUnixTimestamp64Second(intDiv(toUnixTimestamp64Nano(Timestamp), 900000000000) * 900, 'UTC') AS Quarter,
        ServiceName,
        mapUpdate(ResourceAttributes, SpanAttributes) AS attributes,
        arrayConcat(['service', 'name', 'kind', 'status'], mapKeys(attributes)) AS keys,
        arrayConcat([ServiceName, SpanName, SpanKind, StatusCode], mapValues(attributes)) AS values,
        ReceivedAt AS Received
    FROM otel_traces
)
ARRAY JOIN keys AS key, values AS value, arrayEnumerate(keys) AS position
WHERE length(key) <= 128 AND (value != '' OR position > 4)
GROUP BY Quarter, ServiceName, IsField, Key;
