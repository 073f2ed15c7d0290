/**
 * The one list of what a training run must show in Prometheus and in the explorer's store. `make verify`, the dashboard's test and the end-to-end
 * tests all read it.
 */

/** Labels that every training metric carries. */
export const EXPECTED_LABELS = ['job_id', 'model_name', 'dataset'] as const;

const GAUGE_KEYS = ['loss', 'validation_loss', 'accuracy', 'learning_rate', 'gpu_utilization'] as const;
const COUNTER_KEYS = ['batch_number', 'epoch'] as const;
const HISTOGRAM_KEYS = ['processing_time_ms', 'samples_per_second'] as const;

const inPrometheus = (key: string) => `ml_metrics_ml_training_${key}`;
const HISTOGRAMS = HISTOGRAM_KEYS.map(inPrometheus);

/** Metrics in the explorer's store, by their names in OpenTelemetry. */
export const STORED_METRICS: readonly string[] = [
  ...[...GAUGE_KEYS, ...COUNTER_KEYS, ...HISTOGRAM_KEYS].map((key) => `ml.training.${key}`),
  // The curves of what is a histogram besides.
  ...HISTOGRAM_KEYS.map((key) => `ml.training.${key}.step`),
];

/** Series that the collector shows on its Prometheus port. */
export const COLLECTOR_METRICS: readonly string[] = [
  ...[...GAUGE_KEYS, ...COUNTER_KEYS].map(inPrometheus),
  ...HISTOGRAMS.flatMap((name) => [`${name}_bucket`, `${name}_sum`, `${name}_count`]),
];

/** Series that only Prometheus has: the averages that its recording rules make (prometheus/rules.yml). */
export const RECORDED_METRICS: readonly string[] = HISTOGRAMS;

/** Everything that answers in Prometheus. */
export const PROMETHEUS_METRICS: readonly string[] = [...COLLECTOR_METRICS, ...RECORDED_METRICS];

/** Queries that people will try first; each must give a value while the first mock job runs. */
export const SAMPLE_QUERIES: readonly string[] = [
  'ml_metrics_ml_training_loss{model_name="resnet-50"}',
  'ml_metrics_ml_training_accuracy{job_id="training-job-123"}',
  'ml_metrics_ml_training_accuracy{dataset="imagenet"}',
  'rate(ml_metrics_ml_training_processing_time_ms_sum[5m]) / rate(ml_metrics_ml_training_processing_time_ms_count[5m])',
  'avg(ml_metrics_ml_training_loss)',
  'max(ml_metrics_ml_training_gpu_utilization)',
  'rate(ml_metrics_ml_training_loss[1m])',
];
