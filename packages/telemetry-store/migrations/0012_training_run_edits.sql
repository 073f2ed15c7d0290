-- What a person wrote about a run, in the explorer: the last word about each run counts. A deleted run stays deleted in the
-- list until it speaks again.
CREATE TABLE IF NOT EXISTS training_run_edits {{on_cluster}} (
    RunId String CODEC(ZSTD(1)),
    Name String CODEC(ZSTD(1)),
    Tags Array(String) CODEC(ZSTD(1)),
    Notes String CODEC(ZSTD(1)),
    DeletedAt Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD(1)),
    EditedAt DateTime64(6, 'UTC') CODEC(ZSTD(1))
)
ENGINE = {{replicated}}ReplacingMergeTree(EditedAt)
ORDER BY RunId;
