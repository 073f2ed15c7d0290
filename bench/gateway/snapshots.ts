/** The nine values of the training snapshot, as a function of the step so that no two steps are alike. */
function metricsAt(step: number) {
  return {
    epoch: Math.floor(step / 1_000),
    batch_number: step,
    training_loss: 2.5 / (1 + step * 1e-4) + (step % 17) * 1e-3,
    validation_loss: 2.7 / (1 + step * 1e-4),
    accuracy: 1 - 1 / (2 + step * 1e-3),
    learning_rate: 0.001,
    gpu_utilization: 0.9 - (step % 11) * 0.01,
    processing_time_ms: 140 + (step % 41),
    samples_per_second: 210 + (step % 29),
  };
}

const HOUR = 3_600_000;

/** A snapshot as a trainer posts it. The first step lies an hour back and steps are a millisecond apart. */
export function snapshotAt(job: number, step: number, now: number) {
  return {
    timestamp: new Date(now - HOUR + step).toISOString(),
    job_metadata: {
      job_id: jobName(job),
      model_name: 'resnet-50',
      dataset: 'imagenet',
      start_time: new Date(now - HOUR).toISOString(),
    },
    training_metrics: metricsAt(step),
  };
}

/** The same nine values for the Pushgateway, in the shortest text that carries them. */
export function expositionAt(step: number): string {
  const labels = '{model_name="resnet-50",dataset="imagenet"}';
  return Object.entries(metricsAt(step))
    .map(([key, value]) => `ml_training_${key}${labels} ${value}\n`)
    .join('');
}

export function jobName(job: number): string {
  return `bench-job-${job}`;
}
