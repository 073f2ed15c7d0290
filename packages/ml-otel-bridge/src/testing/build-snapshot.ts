import type { SnapshotInput } from '../schema/index.ts';

/** A snapshot with all of the known metrics; `metrics` and `metadata` are laid over them. */
export function buildSnapshot({
  timestamp = '2026-01-01T00:00:10Z',
  metrics = {},
  metadata = {},
  ...rest
}: {
  timestamp?: string | null;
  metrics?: Record<string, number | null>;
  metadata?: Partial<SnapshotInput['job_metadata']>;
} & Pick<SnapshotInput, 'config' | 'status'> = {}): SnapshotInput {
  return {
    timestamp,
    job_metadata: {
      job_id: 'training-job-123',
      model_name: 'resnet-50',
      dataset: 'imagenet',
      start_time: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    training_metrics: {
      epoch: 1,
      batch_number: 100,
      training_loss: 0.5,
      validation_loss: 0.6,
      accuracy: 0.8,
      learning_rate: 0.001,
      gpu_utilization: 0.9,
      processing_time_ms: 120,
      samples_per_second: 270,
      ...metrics,
    },
    ...rest,
  };
}
