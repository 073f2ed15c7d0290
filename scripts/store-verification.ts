import { STORED_METRICS } from './expected-metrics.ts';

/** A metric of a training run as the explorer's store has it. */
export type StoredMetric = {
  readonly name: string;
  readonly points: number;
  /** Of the newest point, ISO 8601 in UTC. */
  readonly lastTime: string;
};

export type StoreVerification = {
  readonly metrics: readonly StoredMetric[];
  /** What is not there yet, in words; empty when all is there. */
  readonly missing: readonly string[];
};

const DAY_MILLIS = 24 * 60 * 60_000;

/**
 * Asks an explorer once for everything that a training run of the last 24 hours must have left in its store. Undefined
 * where what answers is no explorer.
 *
 * @throws Error where nobody answers, or it demands a token
 */
export async function verifyStoreOnce(
  explorer: string,
  token?: string,
): Promise<StoreVerification | undefined> {
  const [metrics, logs] = await Promise.all([
    ask(explorer, '/api/metrics', token),
    ask(explorer, '/api/logs', token),
  ]);
  return metrics && logs && storeVerification(metrics, logs);
}

/** The same out of the rows of the two answers. */
export function storeVerification(metrics: readonly unknown[], logs: readonly unknown[]): StoreVerification {
  const stored = (metrics as readonly StoredMetric[]).filter(({ name }) => name.startsWith('ml.training.'));
  const missing = STORED_METRICS.filter(
    (expected) => !stored.some(({ name, points }) => name === expected && points > 0),
  );
  return {
    metrics: stored.toSorted((a, b) => a.name.localeCompare(b.name)),
    missing: [
      ...missing.map((name) => `${name} in the store`),
      ...(logs.length === 0 ? ['the start of a run among the log records'] : []),
    ],
  };
}

/** The rows of one answer. */
async function ask(explorer: string, path: string, token?: string): Promise<unknown[] | undefined> {
  const url = new URL(path, explorer);
  const now = Date.now();
  url.searchParams.set('from', new Date(now - DAY_MILLIS).toISOString());
  url.searchParams.set('to', new Date(now + 60_000).toISOString());
  const response = await fetch(url, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status === 401) throw new Error('it demands a token: set ML_OTEL_TOKEN or ML_OTEL_TOKEN_FILE');
  if (!response.headers.get('content-type')?.includes('json')) return undefined;
  const { rows } = (await response.json()) as { rows?: unknown };
  return Array.isArray(rows) ? rows : undefined;
}
