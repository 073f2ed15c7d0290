import { type Connection, openEmbedded } from '../../../packages/telemetry-store/src/index.ts';
import type { Signal } from '../../../packages/telemetry-store/src/ingest/signal.ts';
import type { Ledger } from './load.ts';
import { REQUEST_KEY, ROW_KEY, ROWS } from './numbered-requests.ts';

/** What of the requests that were answered with success is read back from one table. */
export type TableCount = {
  readonly table: string;
  readonly signal: Signal;
  /** Rows that the requests answered with success hold for it. */
  readonly acknowledged: number;
  readonly missing: number;
  /** Rows beyond the first of each, of any request: what senders sent again after they got no answer. */
  readonly doubled: number;
  /** A table whose reader takes one row for each key; there nothing may be doubled. */
  readonly byKey: boolean;
};

type Table = {
  readonly signal: Signal;
  readonly rows: number;
  /** One row a request: its name, how many rows it has, and how many different ones. */
  readonly sql: string;
  readonly byKey?: boolean;
};

const named = (table: string, column: string) => `
  SELECT ${column}['${REQUEST_KEY}'] AS request, count() AS rows, uniqExact(${column}['${ROW_KEY}']) AS different
  FROM ${table} GROUP BY request`;

/** Points of a curve have no name: the run is the client, the batch counts the rows of all its requests. */
const points = (source: string, batch: string) => `
  SELECT concat(RunId, '/', toString(intDiv(${batch}, ${ROWS}))) AS request, count() AS rows, uniqExactIf(${batch}, Value = ${batch}) AS different
  FROM ${source} GROUP BY request`;

const TABLES: Readonly<Record<string, Table>> = {
  otel_logs: { signal: 'logs', rows: ROWS, sql: named('otel_logs', 'LogAttributes') },
  otel_traces: { signal: 'traces', rows: ROWS, sql: named('otel_traces', 'SpanAttributes') },
  otel_traces_trace_id_ts: {
    signal: 'traces',
    rows: 1,
    sql: `
      SELECT SpanAttributes['${REQUEST_KEY}'] AS request, 1 AS rows, 1 AS different
      FROM otel_traces WHERE TraceId IN (SELECT TraceId FROM otel_traces_trace_id_ts) GROUP BY request`,
  },
  otel_metrics_sum: { signal: 'metrics', rows: 1, sql: named('otel_metrics_sum', 'Attributes') },
  otel_metrics_histogram: { signal: 'metrics', rows: 1, sql: named('otel_metrics_histogram', 'Attributes') },
  otel_metrics_gauge: {
    signal: 'metrics',
    rows: ROWS,
    sql: points('otel_metrics_gauge', "toInt64(Attributes['batch'])"),
  },
  training_points: {
    signal: 'metrics',
    rows: ROWS,
    byKey: true,
    sql: points('training_points FINAL', 'Batch'),
  },
};

const LIMITS = { seconds: 300, memoryBytes: 2 ** 32, rowsRead: 1e10, resultBytes: 2 ** 30 };

/** Opens the store, which no other process may have open, and compares it with what the clients saw. */
export async function countRows(folder: string, ledger: Ledger): Promise<TableCount[]> {
  const store = await openEmbedded(folder);
  try {
    const counts: TableCount[] = [];
    for (const [table, how] of Object.entries(TABLES))
      counts.push(await countTable(store, table, how, ledger));
    return counts;
  } finally {
    await store.close();
  }
}

async function countTable(
  store: Connection,
  table: string,
  { signal, rows, sql, byKey = false }: Table,
  ledger: Ledger,
): Promise<TableCount> {
  type Row = { request: string; rows: bigint; different: bigint };
  const found = new Map<string, number>();
  let doubled = 0;
  for (const row of await store.query<Row>(sql, { limits: LIMITS })) {
    found.set(row.request, Number(row.different));
    doubled += Number(row.rows) - Number(row.different);
  }
  const taken = [...ledger.taken[signal]];
  const missing = taken.reduce((sum, request) => sum + rows - Math.min(rows, found.get(request) ?? 0), 0);
  return { table, signal, acknowledged: taken.length * rows, missing, doubled, byKey };
}
