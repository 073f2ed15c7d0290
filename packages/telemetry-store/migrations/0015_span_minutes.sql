-- How many spans each operation had in each minute, by how long they took: requests, errors and durations of wide ranges.
-- A duration is counted in a bucket of eight to each doubling, so that any two rows add up exactly, whenever they come, and
-- a quantile is off by 4.5 % at most. A span that is sent again counts again.

-- 0 is no time, or less; n is from 2^((n - 1) / 8) to 2^(n / 8) nanoseconds.
CREATE OR REPLACE FUNCTION otel_duration_bucket {{on_cluster}} AS (duration) ->
    if(reinterpretAsInt64(duration) <= 0, 0, toUInt16(1 + log2(duration) * 8));

CREATE TABLE IF NOT EXISTS otel_traces_minutes {{on_cluster}} (
    Minute DateTime64(0, 'UTC') CODEC(Delta, ZSTD(1)),
    ServiceName LowCardinality(String) CODEC(ZSTD(1)),
    SpanName LowCardinality(String) CODEC(ZSTD(1)),
    SpanKind LowCardinality(String) CODEC(ZSTD(1)),
    Bucket UInt16 CODEC(Delta, ZSTD(1)),
    Spans UInt64 CODEC(T64, ZSTD(1)),
    -- Of these, with the status Error.
    Errors UInt64 CODEC(T64, ZSTD(1)),
    ReceivedAt DateTime('UTC') CODEC(ZSTD(1)),

    INDEX idx_minute Minute TYPE minmax GRANULARITY 1
)
ENGINE = {{replicated}}SummingMergeTree((Spans, Errors))
PARTITION BY toDate(ReceivedAt)
ORDER BY (SpanKind, ServiceName, Minute, SpanName, Bucket)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_minutes_mv {{on_cluster}} TO otel_traces_minutes AS
SELECT
    fromUnixTimestamp64Second(intDiv(toUnixTimestamp64Nano(Timestamp), 60000000000) * 60, 'UTC') AS Minute,
    ServiceName,
    SpanName,
    SpanKind,
    otel_duration_bucket(Duration) AS Bucket,
    count() AS Spans,
    countIf(StatusCode = 'Error') AS Errors,
    max(span.ReceivedAt) AS ReceivedAt
FROM otel_traces AS span
GROUP BY Minute, ServiceName, SpanName, SpanKind, Bucket;
