-- Spans. Columns as the collector's clickhouseexporter 0.161 names and types them: it writes here too.
CREATE TABLE IF NOT EXISTS otel_traces {{on_cluster}} (
    Timestamp DateTime64(9) CODEC(Delta, ZSTD(1)),
    TraceId String CODEC(ZSTD(1)),
    SpanId String CODEC(ZSTD(1)),
    ParentSpanId String CODEC(ZSTD(1)),
    TraceState String CODEC(ZSTD(1)),
    SpanName LowCardinality(String) CODEC(ZSTD(1)),
    SpanKind LowCardinality(String) CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) CODEC(ZSTD(1)),
    ResourceAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    ScopeName String CODEC(ZSTD(1)),
    ScopeVersion String CODEC(ZSTD(1)),
    SpanAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    Duration UInt64 CODEC(T64, ZSTD(1)),
    StatusCode LowCardinality(String) CODEC(ZSTD(1)),
    StatusMessage String CODEC(ZSTD(1)),
    Events Nested (
        Timestamp DateTime64(9),
        Name LowCardinality(String),
        Attributes Map(LowCardinality(String), String)
    ) CODEC(ZSTD(1)),
    Links Nested (
        TraceId String,
        SpanId String,
        TraceState String,
        Attributes Map(LowCardinality(String), String)
    ) CODEC(ZSTD(1)),

    -- When it came. Retention counts from here, so that an old run that is imported today is not expired today.
    ReceivedAt DateTime('UTC') DEFAULT now('UTC') CODEC(DoubleDelta, ZSTD(1)),
    RunId LowCardinality(String) MATERIALIZED if(SpanAttributes['job.id'] != '', SpanAttributes['job.id'], ResourceAttributes['job.id']) CODEC(ZSTD(1)),

    -- A trace id is in no order that a key could use, and a trace is asked for by it alone.
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    -- The spans of a run lie together in time but not in the key.
    INDEX idx_run_id RunId TYPE set(64) GRANULARITY 4,
    INDEX idx_duration Duration TYPE minmax GRANULARITY 1
)
ENGINE = {{replicated}}MergeTree
PARTITION BY toDate(ReceivedAt)
-- Lists are of a time range, mostly of one service; the hour before the service keeps both kinds of range narrow.
ORDER BY (toStartOfHour(Timestamp, 'UTC'), ServiceName, Timestamp)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

-- From a trace id to the time in which to look for its spans. Parts of one trace are put together by the merge.
CREATE TABLE IF NOT EXISTS otel_traces_trace_id_ts {{on_cluster}} (
    TraceId String CODEC(ZSTD(1)),
    Start SimpleAggregateFunction(min, DateTime64(9)) CODEC(Delta, ZSTD(1)),
    End SimpleAggregateFunction(max, DateTime64(9)) CODEC(Delta, ZSTD(1)),
    ReceivedAt DateTime('UTC') CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = {{replicated}}AggregatingMergeTree
PARTITION BY toDate(ReceivedAt)
ORDER BY TraceId
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_trace_id_ts_mv {{on_cluster}} TO otel_traces_trace_id_ts AS
SELECT
    TraceId,
    min(Timestamp) AS Start,
    -- As whole numbers, which wrap: times at the end of time would throw, and a view that throws fails a whole batch.
    max(greatest(Timestamp, fromUnixTimestamp64Nano(toUnixTimestamp64Nano(Timestamp) + reinterpretAsInt64(Duration)))) AS End,
    max(ReceivedAt) AS ReceivedAt
FROM otel_traces
WHERE TraceId != ''
GROUP BY TraceId;
