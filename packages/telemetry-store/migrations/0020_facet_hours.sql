-- Facets of a wide range and of all services: the counters of a quarter of an hour and a service, put together by hours. To unpack
-- counters is what is dear, and a day has 96 quarters times its services of them for each key, but 24 hours. They lie in the parts
-- of the rollup itself and are made again when those merge, so they come and go with them; of parts that came before this
-- migration they are made in the background, and until then the quarters are read.
--
-- As whole numbers: a DateTime would wrap the times that senders get wrong into other years. A query must ask in the same words.
ALTER TABLE otel_logs_facets {{on_cluster}} MODIFY SETTING deduplicate_merge_projection_mode = 'rebuild';

ALTER TABLE otel_logs_facets {{on_cluster}} ADD PROJECTION IF NOT EXISTS hours (
    SELECT intDiv(toUnixTimestamp64Second(Quarter), 3600), IsField, Key, sum(Records), approx_top_kMerge(64, 64)(Top)
    GROUP BY intDiv(toUnixTimestamp64Second(Quarter), 3600), IsField, Key
);

ALTER TABLE otel_logs_facets {{on_cluster}} MATERIALIZE PROJECTION hours;

ALTER TABLE otel_traces_facets {{on_cluster}} MODIFY SETTING deduplicate_merge_projection_mode = 'rebuild';

ALTER TABLE otel_traces_facets {{on_cluster}} ADD PROJECTION IF NOT EXISTS hours (
    SELECT intDiv(toUnixTimestamp64Second(Quarter), 3600), IsField, Key, sum(Records), approx_top_kMerge(64, 64)(Top)
    GROUP BY intDiv(toUnixTimestamp64Second(Quarter), 3600), IsField, Key
);

ALTER TABLE otel_traces_facets {{on_cluster}} MATERIALIZE PROJECTION hours;
