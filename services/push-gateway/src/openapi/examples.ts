import type { SnapshotInput } from 'ml-otel-bridge/schema';

/** Snapshots as a trainer pushes them. */
export const EXAMPLES = {
  full: {
    timestamp: '2026-01-31T12:00:10Z',
    job_metadata: {
      job_id: 'training-job-123',
      model_name: 'resnet-50',
      dataset: 'imagenet',
      start_time: '2026-01-31T12:00:00Z',
    },
    training_metrics: {
      epoch: 1,
      batch_number: 100,
      training_loss: 0.5,
      validation_loss: 0.6,
      accuracy: 0.81,
      learning_rate: 0.001,
      gpu_utilization: 0.92,
      processing_time_ms: 120.5,
      samples_per_second: 265.6,
    },
  },
  least: { job_metadata: { job_id: 'my-run' }, training_metrics: { loss: 0.5 } },
  end: { job_metadata: { job_id: 'my-run' }, status: 'finished' },
} as const satisfies Record<string, SnapshotInput>;
