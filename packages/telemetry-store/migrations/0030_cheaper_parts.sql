-- What a fresh part costs. A part of one insert goes into one file for all its columns; what merges make has a file for each
-- column, as before, so that queries read what they need. A fresh part was some hundred small files: of an insert of 40,000
-- spans that was a quarter of the processor time of writing it, and more while the machine was busy.

ALTER TABLE otel_logs {{on_cluster}} MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE otel_traces {{on_cluster}} MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE otel_metrics_gauge {{on_cluster}} MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE otel_metrics_sum {{on_cluster}} MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE otel_metrics_histogram {{on_cluster}} MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE otel_metrics_exponential_histogram {{on_cluster}} MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE otel_metrics_summary {{on_cluster}} MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE training_points {{on_cluster}} MODIFY SETTING min_level_for_wide_part = 1;

-- Attributes of metric points are the same for thousands of rows one after the other, which LZ4 packs as well as ZSTD does
-- (gauges of the bench: 14.2 bytes a row instead of 16.5) and in less time. New parts only; merges bring the others.
ALTER TABLE otel_metrics_gauge {{on_cluster}}
    MODIFY COLUMN ResourceAttributes CODEC(LZ4),
    MODIFY COLUMN ScopeAttributes CODEC(LZ4),
    MODIFY COLUMN Attributes CODEC(LZ4);
ALTER TABLE otel_metrics_sum {{on_cluster}}
    MODIFY COLUMN ResourceAttributes CODEC(LZ4),
    MODIFY COLUMN ScopeAttributes CODEC(LZ4),
    MODIFY COLUMN Attributes CODEC(LZ4);
ALTER TABLE otel_metrics_histogram {{on_cluster}}
    MODIFY COLUMN ResourceAttributes CODEC(LZ4),
    MODIFY COLUMN ScopeAttributes CODEC(LZ4),
    MODIFY COLUMN Attributes CODEC(LZ4);
ALTER TABLE otel_metrics_exponential_histogram {{on_cluster}}
    MODIFY COLUMN ResourceAttributes CODEC(LZ4),
    MODIFY COLUMN ScopeAttributes CODEC(LZ4),
    MODIFY COLUMN Attributes CODEC(LZ4);
ALTER TABLE otel_metrics_summary {{on_cluster}}
    MODIFY COLUMN ResourceAttributes CODEC(LZ4),
    MODIFY COLUMN ScopeAttributes CODEC(LZ4),
    MODIFY COLUMN Attributes CODEC(LZ4);
