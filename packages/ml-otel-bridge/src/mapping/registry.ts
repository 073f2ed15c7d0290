/**
 * How the values of a metric are carried: `gauge` gives each step's value its own point; `counter` is a monotonic
 * cumulative sum equal to the sent value; `histogram` counts the values, and a gauge named `<name>.step` draws them.
 */
export type InstrumentKind = 'gauge' | 'counter' | 'histogram';

/** A metric as OpenTelemetry will know it; `unit` is UCUM, empty where the quantity has none. */
export interface MetricSpec {
  readonly key: string;
  readonly name: string;
  readonly instrument: InstrumentKind;
  readonly unit: string;
  readonly description: string;
  /** Upper bounds of a histogram's buckets, inclusive, rising. */
  readonly boundaries?: readonly number[];
}

export const METRIC_PREFIX = 'ml.training.';
export const STEP_SUFFIX = '.step';

/** From a fast inference-like batch to one that waits for its data for a minute. */
const MILLISECONDS = [
  1, 2, 5, 10, 20, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000,
];
/** From large models (a few samples a second) to small ones on many devices. */
const SAMPLES_PER_SECOND = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000,
];

/** Every metric that has a meaning of its own; any other key is a gauge without unit. */
export const KNOWN_METRICS: readonly MetricSpec[] = [
  gauge('training_loss', '', 'Loss on the training data', 'loss'),
  gauge('validation_loss', '', 'Loss on the validation data'),
  gauge('accuracy', '1', 'Fraction of predictions that were right'),
  gauge('learning_rate', '', 'Learning rate of the optimizer'),
  gauge('gpu_utilization', '1', 'Fraction of the time that the GPU was busy'),
  counter('batch_number', '{batch}', 'Batches done, as the trainer numbers them'),
  counter('epoch', '{epoch}', 'Epochs done, as the trainer numbers them'),
  histogram('processing_time_ms', 'ms', 'Time to process one batch', MILLISECONDS),
  histogram('samples_per_second', '{sample}/s', 'Samples processed in a second', SAMPLES_PER_SECOND),
];

/** Other frameworks' words for known metrics. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['loss', 'training_loss'],
  ['val_loss', 'validation_loss'],
]);

const KNOWN: ReadonlyMap<string, MetricSpec> = new Map(KNOWN_METRICS.map((spec) => [spec.key, spec]));

/** The metric that a key of `training_metrics` stands for. */
export function specFor(key: string): MetricSpec {
  const known = KNOWN.get(ALIASES.get(key) ?? key);
  return known ?? gauge(key, '', '');
}

function gauge(key: string, unit: string, description: string, name = key): MetricSpec {
  return { key, name: metricName(name), instrument: 'gauge', unit, description };
}

function counter(key: string, unit: string, description: string): MetricSpec {
  return { key, name: metricName(key), instrument: 'counter', unit, description };
}

function histogram(
  key: string,
  unit: string,
  description: string,
  boundaries: readonly number[],
): MetricSpec {
  return { key, name: metricName(key), instrument: 'histogram', unit, description, boundaries };
}

function metricName(key: string): string {
  return METRIC_PREFIX + key.replaceAll('/', '.');
}
