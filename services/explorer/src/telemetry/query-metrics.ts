import { AsyncLocalStorage } from 'node:async_hooks';
import type { Connection } from '@ml-otel/telemetry-store';
import type { Meter } from './ingest-metrics.ts';

export interface QueryMetrics {
  /** The same store; its queries are measured. */
  measured(store: Connection): Connection;
  /** Does some work whose queries are counted under this name. Names are few, and none comes from outside. */
  named<T>(name: string, work: () => T): T;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How long queries of the store take, and how many rows they give (the embedded engine does not tell how many it read), as OpenTelemetry instruments. */
export function createQueryMetrics(
  meter: Meter,
  clock: () => number = () => performance.now(),
): QueryMetrics {
  const names = new AsyncLocalStorage<string>();
  const duration = meter.createHistogram('explorer.query.duration', {
    unit: 's',
    description: 'Duration of queries of the store, waiting for a turn included',
    advice: { explicitBucketBoundaries: SECONDS },
  });
  const answered = meter.createCounter('explorer.query.rows', {
    unit: '{row}',
    description: 'Rows that queries were answered with',
  });
  return {
    named: (name, work) => names.run(name, work),
    measured: (store) => ({
      async query(sql, options) {
        const query = names.getStore() ?? 'other';
        const began = clock();
        let outcome = 'failed';
        try {
          const rows = await store.query<never>(sql, options);
          answered.add(rows.length, { query });
          outcome = 'answered';
          return rows;
        } finally {
          duration.record((clock() - began) / 1_000, { query, outcome });
        }
      },
      command: (sql, options) => store.command(sql, options),
      insertBytes: (options) => store.insertBytes(options),
      close: () => store.close(),
    }),
  };
}
