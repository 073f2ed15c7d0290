import type { Connection } from '@ml-otel/telemetry-store';
import { textTable } from '../../scripts/text-table.ts';
import { SHARED } from './data.ts';
import { QUESTIONS, type Question } from './questions.ts';
import { EXPORTER, openBenchStore } from './store.ts';

const ROWS = Number(process.env.BENCH_QUERY_ROWS ?? 10_000_000);
const STEPS = Number(process.env.BENCH_QUERY_STEPS ?? Math.min(1_000_000, ROWS / 10));
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 20);

/** How long the explorer's questions take, beside the same of the exporter's own tables, and what both take on disk. */
export async function measureQuery(): Promise<string> {
  const store = await openBenchStore({ rows: ROWS, steps: STEPS });
  const connection = withoutConditionCache(store);
  try {
    const rows: string[][] = [];
    for (const question of QUESTIONS) {
      rows.push(await ask(connection, question));
      console.error(rows.at(-1)!.join('  '));
    }
    return [
      textTable(['ms', 'ours', 'p95', 'exporter', 'p95', 'of it', 'CPU', 'exporter', 'at most'], rows),
      '',
      textTable(['bytes a row', 'ours', 'with rollups', 'exporter'], await sizes(store)),
      `${ROWS} log records, spans and metric points each, a run of ${STEPS} steps; ${ROUNDS} rounds. The store is ${store.path}.`,
    ].join('\n');
  } finally {
    await store.close();
  }
}

/** The engine remembers which granules had nothing for a condition: a question that is asked once more would not find its rows anew. */
function withoutConditionCache(connection: Connection): Connection {
  return {
    query: (sql, options = {}) =>
      connection.query(sql, { ...options, settings: { ...options.settings, use_query_condition_cache: 0 } }),
    command: (sql, options) => connection.command(sql, options),
    insertBytes: (options) => connection.insertBytes(options),
    close: () => connection.close(),
  };
}

async function ask(connection: Connection, question: Question): Promise<string[]> {
  const ours: Cost[] = [];
  const exporter: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Read once before, so that both find the same in memory.
    await question.ours(connection, round);
    ours.push(await costOf(() => question.ours(connection, round)));
    await question.exporter(connection, round);
    exporter.push(await costOf(() => question.exporter(connection, round)));
  }
  const median = (costs: readonly Cost[], of: keyof Cost) =>
    quantile(
      costs.map((cost) => cost[of]),
      0.5,
    );
  const p95 = (costs: readonly Cost[]) =>
    quantile(
      costs.map(({ ms }) => ms),
      0.95,
    );
  const mine = median(ours, 'ms');
  return [
    question.name,
    mine.toFixed(1),
    p95(ours).toFixed(1),
    median(exporter, 'ms').toFixed(1),
    p95(exporter).toFixed(1),
    (mine / median(exporter, 'ms')).toFixed(2),
    median(ours, 'cpu').toFixed(1),
    median(exporter, 'cpu').toFixed(1),
    `${question.target}${mine > question.target ? '  MISSED' : ''}`,
  ];
}

/** Milliseconds; the processor's time is that of the whole process, engine and all. */
interface Cost {
  readonly ms: number;
  readonly cpu: number;
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - start, cpu: (user + system) / 1_000 };
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;
}

/** What our views make of a table besides. */
const ROLLUPS: Readonly<Record<string, string>> = {
  otel_logs: '^otel_logs_',
  otel_traces: '^otel_traces_',
  otel_metrics_gauge: '^(training_|otel_metrics_gauge_)',
  otel_metrics_sum: '^otel_metrics_sum_',
};

async function sizes(connection: Connection): Promise<string[][]> {
  const bytes = async (database: string, pattern: string) => {
    const [row] = await connection.query<{ bytes: string }>(
      `SELECT sum(bytes_on_disk) AS bytes FROM system.parts
       WHERE active AND database = if({database:String} = '', currentDatabase(), {database:String}) AND match(table, {pattern:String})`,
      { params: { database, pattern } },
    );
    return Number(row!.bytes);
  };
  return Promise.all(
    SHARED.map(async (table) => {
      const [row] = await connection.query<{ n: string }>(`SELECT count() AS n FROM ${table}`);
      const each = (total: number) => (total / Number(row!.n)).toFixed(1);
      const own = await bytes('', `^${table}$`);
      const rollups = await bytes('', ROLLUPS[table]!);
      const exporter = await bytes(EXPORTER, `^${table}(_trace_id_ts)?$`);
      return [table, each(own), each(own + rollups), each(exporter)];
    }),
  );
}
