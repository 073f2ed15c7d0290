-- Which retention was last applied to each signal: a shorter one that would delete more waits until someone confirms it.
-- Appended to; the latest row of a signal counts.
CREATE TABLE IF NOT EXISTS retention_applied {{on_cluster}} (
    Signal LowCardinality(String),
    -- 0 keeps for ever.
    Days UInt32,
    At DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = {{replicated}}MergeTree
ORDER BY (Signal, At);
