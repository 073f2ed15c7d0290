/** How a run stands: `finished` and `failed` are the last word on it. */
export type RunStatus = 'running' | 'finished' | 'failed';

export type JobMetadata = {
  job_id: string;
  model_name: string;
  dataset: string;
  /** ISO 8601 with `Z`; the same in every snapshot of a run. */
  start_time: string;
  /** Only where a job has several ranks; counted from 0. */
  rank?: number;
};

export type TrainingMetrics = {
  /** Counted from 1. */
  epoch: number;
  /** Counted from 1: over the whole run, or within the epoch (`--batches restart`). */
  batch_number: number;
  training_loss: number;
  /** Of the latest validation. */
  validation_loss: number;
  /** Fraction 0..1 of the latest validation. */
  accuracy: number;
  learning_rate: number;
  /** Fraction 0..1. */
  gpu_utilization: number;
  processing_time_ms: number;
  samples_per_second: number;
};

/** What a training job writes into `current.json` and POSTs to `/v1/metrics`. Losses may be NaN or infinite. */
export type TrainingSnapshot = {
  /** ISO 8601 with `Z`. */
  timestamp: string;
  job_metadata: JobMetadata;
  training_metrics: TrainingMetrics;
  status: RunStatus;
  /** Hyperparameters; only in the first snapshots of a run. */
  config?: Record<string, string | number>;
};
