/** Bounds on what a sender may put into one snapshot or one body. Each one names what it protects. */

/** Bytes of one snapshot's JSON text (a file, one NDJSON line). */
export const MAX_SNAPSHOT_BYTES = 1024 * 1024;
/** Snapshots in one array, which is parsed as a whole. */
export const MAX_SNAPSHOTS_PER_BODY = 100_000;
/** Metrics in one snapshot; each becomes a point and a series. */
export const MAX_METRICS = 1_000;
/** Characters of a metric key: OpenTelemetry's 255 for a name, less our longest prefix and suffix. */
export const MAX_KEY_LENGTH = 200;
/** Characters of job_id, model_name, dataset: they travel as attributes on every point. */
export const MAX_ID_LENGTH = 256;
/** Labels of a run. */
export const MAX_LABELS = 64;
/** Characters of a label's key or value. */
export const MAX_LABEL_LENGTH = 1_024;
/** Values (leaves and containers) in `config`. */
export const MAX_CONFIG_VALUES = 10_000;
/** Nesting of `config`. */
export const MAX_DEPTH = 32;
/** Largest rank of a distributed run. */
export const MAX_RANK = 1_000_000;
/** Issues reported for one snapshot; more are summed up in the last. */
export const MAX_ISSUES = 20;
