-- One row per run, put together from its events and its points. A pair (time, value) holds what was said last: the greatest
-- pair wins, whatever the order in which they come or how often.
CREATE TABLE IF NOT EXISTS training_runs {{on_cluster}} (
    RunId String CODEC(ZSTD(1)),
    Model SimpleAggregateFunction(max, Tuple(At DateTime64(9), Value String)) CODEC(ZSTD(1)),
    Dataset SimpleAggregateFunction(max, Tuple(At DateTime64(9), Value String)) CODEC(ZSTD(1)),
    Project SimpleAggregateFunction(max, Tuple(At DateTime64(9), Value String)) CODEC(ZSTD(1)),
    -- A JSON object, without the prefix `label.`.
    Labels SimpleAggregateFunction(max, Tuple(At DateTime64(9), Value String)) CODEC(ZSTD(1)),
    -- JSON, as it was sent.
    Config SimpleAggregateFunction(max, Tuple(At DateTime64(9), Value String)) CODEC(ZSTD(1)),
    -- What its events say: running, finished, failed. Whether it is stalled or vanished only a reader's clock can tell.
    Status SimpleAggregateFunction(max, Tuple(At DateTime64(9), Value String)) CODEC(ZSTD(1)),
    -- Seconds.
    HeartbeatInterval SimpleAggregateFunction(max, Tuple(At DateTime64(9), Value Float64)) CODEC(ZSTD(1)),
    -- 'false' where its sender logs steps out of order on purpose.
    Ordered SimpleAggregateFunction(max, Tuple(At DateTime64(9), Value String)) CODEC(ZSTD(1)),
    -- When its started events say that it began: more than one where it was resumed.
    Starts SimpleAggregateFunction(groupUniqArrayArray, Array(DateTime64(9))) CODEC(ZSTD(1)),
    Ranks SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD(1)),
    -- NULL where nothing has said it yet.
    StartedAt SimpleAggregateFunction(min, Nullable(DateTime64(9))) CODEC(ZSTD(1)),
    FinishedAt SimpleAggregateFunction(max, Nullable(DateTime64(9))) CODEC(ZSTD(1)),
    FirstPointAt SimpleAggregateFunction(min, Nullable(DateTime64(9))) CODEC(ZSTD(1)),
    LastPointAt SimpleAggregateFunction(max, Nullable(DateTime64(9))) CODEC(ZSTD(1)),
    -- Times of arrival, by which alone liveness is judged.
    LastPointReceivedAt SimpleAggregateFunction(max, Nullable(DateTime('UTC'))) CODEC(ZSTD(1)),
    LastHeartbeatReceivedAt SimpleAggregateFunction(max, Nullable(DateTime('UTC'))) CODEC(ZSTD(1)),
    LastReceivedAt SimpleAggregateFunction(max, DateTime('UTC')) CODEC(ZSTD(1))
)
ENGINE = {{replicated}}AggregatingMergeTree
ORDER BY RunId
SETTINGS non_replicated_deduplication_window = 10000;

-- A value that was not said does not beat one that was.
CREATE OR REPLACE FUNCTION training_said {{on_cluster}} AS (time, value) -> if(value = '', (fromUnixTimestamp64Nano(0), ''), (time, value));

CREATE MATERIALIZED VIEW IF NOT EXISTS training_runs_events_mv {{on_cluster}} TO training_runs AS
SELECT
    RunId,
    max(training_said(Timestamp, LogAttributes['model.name'])) AS Model,
    max(training_said(Timestamp, LogAttributes['dataset'])) AS Dataset,
    max(training_said(Timestamp, LogAttributes['ml.project'])) AS Project,
    max(training_said(Timestamp, if(EventName = 'ml.run.started', toJSONString(mapApply((key, value) -> (substring(key, 7), value), mapFilter((key, value) -> startsWith(key, 'label.'), LogAttributes))), ''))) AS Labels,
    max(training_said(Timestamp, if(EventName = 'ml.run.config', Body, ''))) AS Config,
    max(training_said(Timestamp, multiIf(EventName = 'ml.run.started', 'running', EventName = 'ml.run.finished', LogAttributes['ml.run.status'], ''))) AS Status,
    max(if(EventName = 'ml.run.heartbeat', (Timestamp, toFloat64OrZero(LogAttributes['ml.run.heartbeat.interval'])), (fromUnixTimestamp64Nano(0), 0.))) AS HeartbeatInterval,
    max(training_said(Timestamp, LogAttributes['ml.run.ordered'])) AS Ordered,
    groupUniqArrayIf(Timestamp, EventName = 'ml.run.started') AS Starts,
    groupUniqArrayIf(LogAttributes['rank'], LogAttributes['rank'] != '') AS Ranks,
    minOrNullIf(Timestamp, EventName = 'ml.run.started') AS StartedAt,
    maxOrNullIf(Timestamp, EventName = 'ml.run.finished') AS FinishedAt,
    maxOrNullIf(ReceivedAt, EventName = 'ml.run.heartbeat') AS LastHeartbeatReceivedAt,
    max(ReceivedAt) AS LastReceivedAt
FROM otel_logs
WHERE RunId != '' AND startsWith(EventName, 'ml.run.')
GROUP BY RunId;

CREATE MATERIALIZED VIEW IF NOT EXISTS training_runs_points_mv {{on_cluster}} TO training_runs AS
SELECT
    RunId,
    max(training_said(TimeUnix, Attributes['model.name'])) AS Model,
    max(training_said(TimeUnix, Attributes['dataset'])) AS Dataset,
    groupUniqArrayIf(Attributes['rank'], Attributes['rank'] != '') AS Ranks,
    minOrNullIf(StartTimeUnix, toUnixTimestamp64Nano(StartTimeUnix) != 0) AS StartedAt,
    minOrNull(TimeUnix) AS FirstPointAt,
    maxOrNull(TimeUnix) AS LastPointAt,
    maxOrNull(ReceivedAt) AS LastPointReceivedAt,
    max(ReceivedAt) AS LastReceivedAt
FROM otel_metrics_gauge
WHERE RunId != '' AND startsWith(MetricName, 'ml.training.')
GROUP BY RunId;
