-- What was written to Parquet files before it was dropped. A file goes through the steps one by one and never back
-- (src/archive/archive-record.ts names them); the row with the greatest counts. On disk before the insert is answered,
-- because rows are dropped on the strength of it.
CREATE TABLE IF NOT EXISTS archives {{on_cluster}} (
    Id String,
    Table LowCardinality(String),
    -- Day of arrival.
    Day Date,
    -- The part of the table that the file holds.
    Part String,
    -- Relative to the archive's folder.
    File String,
    -- JSON: [[name, type], …] of the columns in the file.
    Columns String CODEC(ZSTD(1)),
    Rows UInt64,
    -- Of the file.
    Bytes UInt64,
    -- Sum of cityHash64 of all columns over all rows.
    Checksum UInt64,
    Step UInt8,
    At DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = {{replicated}}ReplacingMergeTree(Step)
ORDER BY (Table, Day, Id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
