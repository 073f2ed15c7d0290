-- Curves in pieces, so that a curve of a million steps need not be read point by point, and exact all the same.
--
-- A cell is the points of one series with the same epoch, the same 64 batches and the same hour. All of it is minima, maxima and
-- sets: a point that is sent again changes nothing that is read of a value. What must never be missed is a cell whose points are
-- not one rising row, because there a step was repeated, or an attempt ends and another begins: those are read from
-- training_points. So each block of an insert says whether its own points rise, and from where to where; a reader sees
-- whether the blocks follow each other. What is resent in other blocks looks like a repetition, and only takes longer to read.
CREATE TABLE IF NOT EXISTS training_cells {{on_cluster}} (
    RunId LowCardinality(String) CODEC(ZSTD(1)),
    Series UInt64 CODEC(ZSTD(1)),
    EpochWhole Int64 CODEC(Delta, ZSTD(1)),
    -- The batch divided by 64.
    Cell Int64 CODEC(Delta, ZSTD(1)),
    -- Since 1970: attempts mostly lie in different ones.
    Hour Int32 CODEC(Delta, ZSTD(1)),
    MinBatch SimpleAggregateFunction(min, Int64) CODEC(Delta, ZSTD(1)),
    MaxBatch SimpleAggregateFunction(max, Int64) CODEC(Delta, ZSTD(1)),
    MinTime SimpleAggregateFunction(min, DateTime64(9)) CODEC(Delta, ZSTD(1)),
    MaxTime SimpleAggregateFunction(max, DateTime64(9)) CODEC(Delta, ZSTD(1)),
    MinEpoch SimpleAggregateFunction(min, Float64) CODEC(ZSTD(1)),
    MaxEpoch SimpleAggregateFunction(max, Float64) CODEC(ZSTD(1)),
    -- Of the first and the last batch.
    FirstValue AggregateFunction(argMin, Float64, Int64) CODEC(ZSTD(1)),
    LastValue AggregateFunction(argMax, Float64, Int64) CODEC(ZSTD(1)),
    -- As in training_series.
    MinValue SimpleAggregateFunction(min, Float64) CODEC(ZSTD(1)),
    MaxValue SimpleAggregateFunction(max, Float64) CODEC(ZSTD(1)),
    NotFinite SimpleAggregateFunction(groupBitOr, UInt8) CODEC(ZSTD(1)),
    -- Points as they came; those that came again count again.
    Points SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    -- Within a block: 1 where a step came twice, 2 where a later point has an earlier step.
    Disorder SimpleAggregateFunction(groupBitOr, UInt8) CODEC(ZSTD(1)),
    -- See training_block; one for each block.
    Blocks SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) CODEC(ZSTD(1)),
    LastReceivedAt SimpleAggregateFunction(max, DateTime('UTC')) CODEC(ZSTD(1))
)
ENGINE = {{replicated}}AggregatingMergeTree
ORDER BY (RunId, Series, EpochWhole, Cell, Hour)
SETTINGS non_replicated_deduplication_window = 10000;

-- From where to where a block goes, in one number, because a set of numbers is read several times as fast as one of tuples: 6 bits
-- of the first batch in the cell, 6 of the last, and 26 each of the first and the last time, in 53,645 ns since the hour began. Times
-- that are alike in those bits tell nothing of their order.
CREATE OR REPLACE FUNCTION training_block {{on_cluster}} AS (first, last, begins, ends) ->
    bitShiftLeft(toUInt64(bitAnd(first, 63)), 58) + bitShiftLeft(toUInt64(bitAnd(last, 63)), 52)
    + bitShiftLeft(toUInt64(intDiv(positiveModulo(toUnixTimestamp64Nano(begins), 3600000000000), 53645)), 26)
    + toUInt64(intDiv(positiveModulo(toUnixTimestamp64Nano(ends), 3600000000000), 53645));

CREATE MATERIALIZED VIEW IF NOT EXISTS training_cells_mv {{on_cluster}} TO training_cells AS
WITH arraySort(groupArray((Batch, Time))) AS steps
SELECT
    RunId,
    Series,
    EpochWhole,
    bitShiftRight(Batch, 6) AS Cell,
    toInt32(intDiv(toUnixTimestamp64Nano(Time), 3600000000000)) AS Hour,
    min(Batch) AS MinBatch,
    max(Batch) AS MaxBatch,
    min(Time) AS MinTime,
    max(Time) AS MaxTime,
    min(Epoch) AS MinEpoch,
    max(Epoch) AS MaxEpoch,
    argMinState(Value, Batch) AS FirstValue,
    argMaxState(Value, Batch) AS LastValue,
    min(if(isFinite(Value), Value, inf)) AS MinValue,
    max(if(isFinite(Value), Value, -inf)) AS MaxValue,
    groupBitOr(toUInt8(training_not_finite(Value))) AS NotFinite,
    count() AS Points,
    toUInt8((length(arrayDistinct(steps.1)) < length(steps)) + 2 * (arraySort(steps.2) != steps.2)) AS Disorder,
    [training_block(min(Batch), max(Batch), min(Time), max(Time))] AS Blocks,
    max(ReceivedAt) AS LastReceivedAt
FROM training_points
WHERE Axes IN ('batch', 'epoch and batch')
GROUP BY RunId, Series, EpochWhole, Cell, Hour;
