import { parsePrometheusText } from './prometheus-text.ts';
import type { Sample } from './sample.ts';

/** Signals that a training run sends: its metrics, and its start and heartbeats as log records. */
const EXPECTED_SIGNALS = ['metrics', 'logs'] as const;

/** What an explorer took of one signal since it was started. */
export type StoredSignal = {
  readonly signal: string;
  /** Export requests whose rows are committed. */
  readonly requests: number;
  /** Of their messages. */
  readonly bytes: number;
  /** Requests that were not taken: senders send them again, or were told what is wrong with them. */
  readonly notTaken: number;
};

export type StoreVerification = {
  readonly signals: readonly StoredSignal[];
  /** What has not come yet, in words; empty when all is there. */
  readonly missing: readonly string[];
};

/**
 * Asks an explorer once what it stored since it was started: it answers a request only when its rows are committed.
 * Undefined where what answers is no explorer.
 *
 * @throws Error where nobody answers
 */
export async function verifyStoreOnce(
  explorer: string,
  token?: string,
): Promise<StoreVerification | undefined> {
  const response = await fetch(`${explorer.replace(/\/+$/, '')}/metrics`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status === 401) throw new Error('it demands a token: set ML_OTEL_TOKEN or ML_OTEL_TOKEN_FILE');
  const samples = response.ok ? parsePrometheusText(await response.text()) : [];
  return samples.some(isOfReceiver) ? storeVerification(samples) : undefined;
}

/** The same out of what the explorer's `/metrics` showed. */
export function storeVerification(samples: readonly Sample[]): StoreVerification {
  const total = (name: string, labels: Readonly<Record<string, string>>) =>
    samples
      .filter((sample) => sample.name === `otlp_receiver_${name}_total` && hasLabels(sample, labels))
      .reduce((sum, { value }) => sum + value, 0);
  const signals = ['metrics', 'logs', 'traces'].map((signal) => {
    const requests = total('requests', { signal, answer: 'accepted' });
    const notTaken = total('requests', { signal }) - requests;
    return { signal, requests, bytes: total('bytes', { signal }), notTaken };
  });
  const missing = EXPECTED_SIGNALS.filter((name) =>
    signals.some(({ signal, requests }) => signal === name && requests === 0),
  );
  return { signals, missing: missing.map((signal) => `${signal} in the store`) };
}

function isOfReceiver({ name }: Sample): boolean {
  return name.startsWith('otlp_receiver_');
}

function hasLabels(sample: Sample, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([name, value]) => sample.labels[name] === value);
}
