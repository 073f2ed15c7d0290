-- A trace id is in one part, or in few, but the key alone sends a reader into every part there is: for twenty traces into twenty
-- granules of each. Of parts that came before this migration the index is made in the background.
ALTER TABLE otel_traces_trace_id_ts {{on_cluster}} ADD INDEX IF NOT EXISTS idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1;

ALTER TABLE otel_traces_trace_id_ts {{on_cluster}} MATERIALIZE INDEX idx_trace_id;
