-- Training curves, filled by views from the metric tables and from the runs' events, whichever way those were written.

-- One row per point of a curve. A step is (whole part of the epoch, batch). Rows that are alike in the whole key are the
-- same point sent twice, and only those merge: the time is part of the key, so a step that a resumed run repeats stays
-- beside the first, and no merge changes an answer. Readers take one row per key themselves, for rows not merged yet.
CREATE TABLE IF NOT EXISTS training_points {{on_cluster}} (
    RunId LowCardinality(String) CODEC(ZSTD(1)),
    -- See training_series.
    Series UInt64 CODEC(ZSTD(1)),
    -- 0 where the point has none; Axes says which it has.
    EpochWhole Int64 CODEC(DoubleDelta, ZSTD(1)),
    Batch Int64 CODEC(DoubleDelta, ZSTD(1)),
    Time DateTime64(9) CODEC(DoubleDelta, ZSTD(1)),
    Epoch Float64 CODEC(ZSTD(1)),
    Axes Enum8('time' = 0, 'batch' = 1, 'epoch' = 2, 'epoch and batch' = 3) CODEC(ZSTD(1)),
    -- NaN and infinities are values.
    Value Float64 CODEC(Gorilla, ZSTD(1)),
    -- The run's start, as its points say it; else their time.
    Started DateTime64(9) CODEC(Delta, ZSTD(1)),
    ReceivedAt DateTime('UTC') CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = {{replicated}}ReplacingMergeTree
-- By the start, so that one run is in one partition however long it takes.
PARTITION BY toYYYYMM(Started, 'UTC')
ORDER BY (RunId, Series, EpochWhole, Batch, Time)
SETTINGS non_replicated_deduplication_window = 10000;

-- A text as a whole number, or NULL: '3', '3.0' and '3.7' are 3. Never throws, as nothing in a view may.
CREATE OR REPLACE FUNCTION training_whole {{on_cluster}} AS (text) ->
    coalesce(toInt64OrNull(text), accurateCastOrNull(floor(toFloat64OrNull(text)), 'Int64'));

-- The series of a point: its metric and attributes, in an order of our own, because senders and the collector differ
-- in theirs. Epoch and batch say where on the curve the point is, not which curve.
CREATE OR REPLACE FUNCTION training_series_id {{on_cluster}} AS (metric, attributes) ->
    cityHash64(metric, arraySort(arrayFilter(pair -> pair.1 NOT IN ('epoch', 'batch'), CAST(attributes, 'Array(Tuple(String, String))'))));

CREATE MATERIALIZED VIEW IF NOT EXISTS training_points_mv {{on_cluster}} TO training_points AS
WITH
    training_whole(Attributes['epoch']) AS epoch,
    training_whole(Attributes['batch']) AS batch
SELECT
    RunId,
    training_series_id(MetricName, Attributes) AS Series,
    ifNull(epoch, 0) AS EpochWhole,
    ifNull(batch, 0) AS Batch,
    TimeUnix AS Time,
    if(isNull(epoch), 0, toFloat64OrZero(Attributes['epoch'])) AS Epoch,
    CAST(multiIf(isNotNull(epoch) AND isNotNull(batch), 3, isNotNull(epoch), 2, isNotNull(batch), 1, 0), 'Enum8(\'time\' = 0, \'batch\' = 1, \'epoch\' = 2, \'epoch and batch\' = 3)') AS Axes,
    Value,
    if(toUnixTimestamp64Nano(StartTimeUnix) = 0, TimeUnix, StartTimeUnix) AS Started,
    ReceivedAt
FROM otel_metrics_gauge
WHERE RunId != '' AND startsWith(MetricName, 'ml.training.');

-- One row per curve of a run.
CREATE TABLE IF NOT EXISTS training_series {{on_cluster}} (
    RunId LowCardinality(String) CODEC(ZSTD(1)),
    MetricName LowCardinality(String) CODEC(ZSTD(1)),
    Series UInt64 CODEC(ZSTD(1)),
    Unit SimpleAggregateFunction(anyLast, String) CODEC(ZSTD(1)),
    -- Without epoch and batch, in the order of the keys.
    Attributes SimpleAggregateFunction(anyLast, Map(String, String)) CODEC(ZSTD(1)),
    FirstTime SimpleAggregateFunction(min, DateTime64(9)) CODEC(ZSTD(1)),
    LastTime SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1)),
    LastReceivedAt SimpleAggregateFunction(max, DateTime('UTC')) CODEC(ZSTD(1)),
    -- What its points have: 1 where some have neither epoch nor batch, 2 a batch alone, 4 an epoch alone, 8 both.
    Axes SimpleAggregateFunction(groupBitOr, UInt8) CODEC(ZSTD(1)),
    LastValue AggregateFunction(argMax, Float64, DateTime64(9)) CODEC(ZSTD(1)),
    -- Of the point of LastTime, as in training_points.
    LastEpochWhole AggregateFunction(argMax, Int64, DateTime64(9)) CODEC(ZSTD(1)),
    LastEpoch AggregateFunction(argMax, Float64, DateTime64(9)) CODEC(ZSTD(1)),
    LastBatch AggregateFunction(argMax, Int64, DateTime64(9)) CODEC(ZSTD(1)),
    -- Of the finite values; inf and -inf where there is none.
    MinValue SimpleAggregateFunction(min, Float64) CODEC(ZSTD(1)),
    MaxValue SimpleAggregateFunction(max, Float64) CODEC(ZSTD(1)),
    -- Which others there are: 1 NaN, 2 Infinity, 4 -Infinity.
    NotFinite SimpleAggregateFunction(groupBitOr, UInt8) CODEC(ZSTD(1)),
    -- Times of the last points, negated, in nanoseconds: how far apart they are says when a silence is one.
    RecentTimes AggregateFunction(groupArraySorted(32), Int64) CODEC(ZSTD(1))
)
ENGINE = {{replicated}}AggregatingMergeTree
ORDER BY (RunId, MetricName, Series)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE OR REPLACE FUNCTION training_not_finite {{on_cluster}} AS (value) ->
    multiIf(isFinite(value), 0, isNaN(value), 1, value > 0, 2, 4);

CREATE MATERIALIZED VIEW IF NOT EXISTS training_series_mv {{on_cluster}} TO training_series AS
WITH
    training_whole(point.Attributes['epoch']) AS epoch,
    training_whole(point.Attributes['batch']) AS batch
SELECT
    RunId,
    MetricName,
    training_series_id(MetricName, point.Attributes) AS Series,
    any(MetricUnit) AS Unit,
    mapSort(mapFilter((key, value) -> key NOT IN ('epoch', 'batch'), any(point.Attributes))) AS Attributes,
    min(TimeUnix) AS FirstTime,
    max(TimeUnix) AS LastTime,
    max(ReceivedAt) AS LastReceivedAt,
    groupBitOr(toUInt8(multiIf(isNotNull(epoch) AND isNotNull(batch), 8, isNotNull(epoch), 4, isNotNull(batch), 2, 1))) AS Axes,
    argMaxState(Value, TimeUnix) AS LastValue,
    argMaxState(ifNull(epoch, 0), TimeUnix) AS LastEpochWhole,
    argMaxState(if(isNull(epoch), 0, toFloat64OrZero(point.Attributes['epoch'])), TimeUnix) AS LastEpoch,
    argMaxState(ifNull(batch, 0), TimeUnix) AS LastBatch,
    min(if(isFinite(Value), Value, inf)) AS MinValue,
    max(if(isFinite(Value), Value, -inf)) AS MaxValue,
    groupBitOr(toUInt8(training_not_finite(Value))) AS NotFinite,
    groupArraySortedState(32)(-toUnixTimestamp64Nano(TimeUnix)) AS RecentTimes
FROM otel_metrics_gauge AS point
WHERE RunId != '' AND startsWith(MetricName, 'ml.training.')
GROUP BY RunId, MetricName, Series;

-- What batches each epoch of a run has: the step axis is derived from these few rows. Minima and maxima only, so that a
-- point that is sent again changes nothing.
CREATE TABLE IF NOT EXISTS training_epochs {{on_cluster}} (
    RunId LowCardinality(String) CODEC(ZSTD(1)),
    EpochWhole Int64,
    MinBatch SimpleAggregateFunction(min, Int64),
    MaxBatch SimpleAggregateFunction(max, Int64),
    FirstTime SimpleAggregateFunction(min, DateTime64(9)),
    LastTime SimpleAggregateFunction(max, DateTime64(9)),
    LastReceivedAt SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = {{replicated}}AggregatingMergeTree
ORDER BY (RunId, EpochWhole)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS training_epochs_mv {{on_cluster}} TO training_epochs AS
SELECT
    RunId,
    EpochWhole,
    min(Batch) AS MinBatch,
    max(Batch) AS MaxBatch,
    min(Time) AS FirstTime,
    max(Time) AS LastTime,
    max(ReceivedAt) AS LastReceivedAt
FROM training_points
WHERE Axes IN ('batch', 'epoch and batch')
GROUP BY RunId, EpochWhole;
