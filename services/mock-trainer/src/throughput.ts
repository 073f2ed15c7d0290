import type { Noise } from './noise.ts';
import type { Workload } from './workload.ts';

/** Time of one batch in ms: jitter of a few percent, and now and then a batch that waits for its data. */
export function batchMs(workload: Workload, noise: Noise): number {
  const jitter = Math.exp(0.04 * noise.normal());
  const starved = noise.uniform() < 0.02 ? 1.5 + noise.uniform() : 1;
  return workload.batchMs * jitter * starved;
}

/** How long one validation takes, in ms of training time. */
export function validationMs(workload: Workload): number {
  return workload.batchMs * 40;
}

/** GPU utilization, 0..1: high while training, lower while a validation is running. */
export function gpuUtilization(validating: boolean, noise: Noise): number {
  const level = validating ? 0.45 + 0.06 * noise.normal() : 0.93 + 0.025 * noise.normal();
  return Math.min(1, Math.max(0, level));
}
