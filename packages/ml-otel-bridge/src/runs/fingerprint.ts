import { hash } from 'node:crypto';
import type { Snapshot, Time } from '../schema/index.ts';

/**
 * A number for a snapshot's content: the same for the same content, whatever the order of its keys. Two different
 * ones of a job's last thousand meet with a probability of about 1e-13.
 *
 * A snapshot without a timestamp is the same as another when it names its step; where it names neither, each one
 * that comes is a measurement of its own (`undefined`).
 *
 * @param time when it was measured, as far as its sender says
 */
export function fingerprint(snapshot: Snapshot, time: Time | undefined): number | undefined {
  const { training_metrics: metrics } = snapshot;
  if (
    time === undefined &&
    !metrics.some(([key]) => key === 'batch_number' || key === 'epoch') &&
    metrics.length > 0
  ) {
    return undefined;
  }
  const content = JSON.stringify([
    time ?? null,
    [...metrics]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, Number.isFinite(value) ? value : String(value)]),
    snapshot.status ?? null,
    snapshot.config === undefined ? null : sorted(snapshot.config),
  ]);
  const digest = hash('sha1', content, 'buffer');
  return digest.readUIntBE(0, 6) * 32 + (digest[6]! >> 3);
}

/** JSON with its keys in one order. */
export function sorted(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.keys(value)
    .sort()
    .map((key) => [key, sorted((value as Record<string, unknown>)[key])]);
}
