import type { Connection } from '@ml-otel/telemetry-store';
import {
  facets,
  findTraces,
  logHistogram,
  logPage,
  metricRate,
  runPage,
  serviceStats,
  type TimeRange,
  trace,
  trainingSeries,
} from '@ml-otel/telemetry-store/queries';
import { END, HOUR, KEYS, LONG_RUN } from './data.ts';
import { EXPORTER } from './store.ts';

/** A question of the explorer, and the best that is known to ask of the exporter's own tables for the same. */
export interface Question {
  readonly name: string;
  /** Milliseconds that its median may take. */
  readonly target: number;
  /** Asked again and again with another `round`, so that no two are about the same piece of data. */
  ours(connection: Connection, round: number): Promise<unknown>;
  exporter(connection: Connection, round: number): Promise<unknown>;
}

const TARGET = 150;
const LATEST = 100;

/** The 24 hours that end `round` hours before the last. */
const day = (round: number): TimeRange => {
  const to = END - BigInt(round) * HOUR;
  return { from: to - 24n * HOUR, to };
};
const bounds = ({ from, to }: TimeRange) => ({ from, to });
const SERVICES = ['checkout', 'cart', 'catalogue', 'payment', 'shipping', 'frontend', 'search', 'accounts'];
const service = (round: number) => SERVICES[round % SERVICES.length]!;

const IN_RANGE =
  'Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp < fromUnixTimestamp64Nano({to:Int64})';
/** What the README of the exporter advises for its key. */
const IN_BUCKETS = `toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({from:Int64}))
  AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({to:Int64})) AND ${IN_RANGE}`;
const NEWEST_FIRST = `ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC LIMIT ${LATEST}`;
const SECONDS_IN = (column: string) =>
  `${column} >= toDateTime(intDiv({from:Int64}, 1000000000)) AND ${column} < toDateTime(intDiv({to:Int64}, 1000000000))`;

const logs = `${EXPORTER}.otel_logs`;
const spans = `${EXPORTER}.otel_traces`;

export const QUESTIONS: readonly Question[] = [
  {
    name: 'newest page of logs',
    target: TARGET,
    ours: (connection, round) => logPage(connection, { range: day(round) }),
    exporter: (connection, round) =>
      connection.query(`SELECT * FROM ${logs} WHERE ${IN_BUCKETS} ${NEWEST_FIRST}`, {
        params: bounds(day(round)),
      }),
  },
  {
    name: 'page of logs with a rare word',
    target: TARGET,
    ours: (connection, round) => logPage(connection, { range: day(round), text: 'deadlock' }),
    exporter: (connection, round) =>
      connection.query(
        `SELECT * FROM ${logs} WHERE ${IN_BUCKETS} AND hasToken(lower(Body), 'deadlock') ${NEWEST_FIRST}`,
        { params: bounds(day(round)) },
      ),
  },
  {
    name: 'next page of logs by cursor',
    target: TARGET,
    async ours(connection, round) {
      const { rows, older } = await logPage(connection, { range: day(round), limit: 1 });
      return logPage(connection, { range: day(round), cursor: older ?? fail(rows) });
    },
    async exporter(connection, round) {
      const { from, to } = day(round);
      const sql = `SELECT * FROM ${logs} WHERE ${IN_BUCKETS} ${NEWEST_FIRST}`;
      await connection.query(sql.replace(`LIMIT ${LATEST}`, 'LIMIT 1'), { params: { from, to } });
      return connection.query(sql, { params: { from, to: to - 1_000_000_000n } });
    },
  },
  {
    name: 'histogram of logs, 24 h',
    target: TARGET,
    ours: (connection, round) => logHistogram(connection, { range: day(round), buckets: 120 }),
    exporter: (connection, round) =>
      connection.query(
        `SELECT intDiv(toUnixTimestamp64Nano(Timestamp) - {from:Int64}, 720000000000) AS bucket, SeverityText, count()
         FROM ${logs} WHERE ${IN_BUCKETS} GROUP BY bucket, SeverityText`,
        { params: bounds(day(round)) },
      ),
  },
  {
    name: 'traces: slow errors of a service, 24 h',
    target: TARGET,
    ours: (connection, round) =>
      findTraces(connection, {
        range: day(round),
        service: service(round),
        status: 'Error',
        minDuration: 50_000_000n,
        limit: 20,
      }),
    async exporter(connection, round) {
      const found = await connection.query<{ TraceId: string; Start: string }>(
        `SELECT TraceId, min(Timestamp) AS Start FROM ${spans}
         WHERE ServiceName = {service:String} AND ${IN_RANGE} AND StatusCode = 'Error' AND Duration >= 50000000
         GROUP BY TraceId ORDER BY Start DESC LIMIT 20`,
        { params: { ...bounds(day(round)), service: service(round) } },
      );
      // The list shows how long each took, how many spans it has, and its root.
      return connection.query(
        `WITH (SELECT (min(Start) - 1, max(End) + 1) FROM ${spans}_trace_id_ts WHERE TraceId IN {ids:Array(String)}) AS times
         SELECT TraceId, count(), max(Duration), argMin(SpanName, Timestamp) FROM ${spans}
         WHERE TraceId IN {ids:Array(String)} AND Timestamp >= times.1 AND Timestamp <= times.2 GROUP BY TraceId`,
        { params: { ids: found.map(({ TraceId }) => TraceId) } },
      );
    },
  },
  {
    name: 'one trace by its id',
    target: TARGET,
    ours: async (connection, round) =>
      filled((await trace(connection, await traceId(connection, round)))?.spans),
    exporter: async (connection, round) =>
      filled(
        await connection.query(
          `WITH (SELECT (min(Start) - 1, max(End) + 1) FROM ${spans}_trace_id_ts WHERE TraceId = {id:String}) AS times
           SELECT * FROM ${spans} WHERE TraceId = {id:String} AND Timestamp >= times.1 AND Timestamp <= times.2
           ORDER BY Timestamp`,
          { params: { id: await traceId(connection, round) } },
        ),
      ),
  },
  {
    name: 'facets of logs, 24 h',
    target: TARGET,
    ours: (connection, round) => facets(connection, { signal: 'logs', range: day(round) }),
    exporter: (connection, round) =>
      connection.query(
        `SELECT key, topK(10)(value) FROM ${logs} ARRAY JOIN mapKeys(LogAttributes) AS key, mapValues(LogAttributes) AS value
         WHERE ${IN_BUCKETS} GROUP BY key`,
        { params: bounds(day(round)) },
      ),
  },
  {
    name: 'services: rates, errors, durations, 24 h',
    target: TARGET,
    ours: (connection, round) => serviceStats(connection, { range: day(round) }),
    exporter: (connection, round) =>
      connection.query(
        `SELECT ServiceName, count(), countIf(StatusCode = 'Error'), quantilesTDigest(0.5, 0.9, 0.99)(Duration)
         FROM ${spans} WHERE ${IN_RANGE} AND SpanKind IN ('Server', 'Consumer') GROUP BY ServiceName`,
        { params: bounds(day(round)) },
      ),
  },
  {
    name: 'rate of a counter by zone, 24 h',
    target: TARGET,
    ours: async (connection, round) =>
      filled(
        await metricRate(connection, {
          metric: `app.requests.${round % 50}`,
          range: day(round),
          step: 600_000_000_000n,
          groupBy: ['zone'],
        }),
      ),
    exporter: async (connection, round) =>
      filled(
        await connection.query(
          `SELECT zone, step, sum(added) / 600 FROM (
             SELECT Attributes['zone'] AS zone, intDiv(toUnixTimestamp(TimeUnix), 600) AS step,
               greatest(0, Value - lagInFrame(Value, 1, Value) OVER (PARTITION BY ServiceName, ResourceAttributes, Attributes ORDER BY TimeUnix
                 ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)) AS added
             FROM ${EXPORTER}.otel_metrics_sum WHERE MetricName = {metric:String} AND ${SECONDS_IN('TimeUnix')})
           GROUP BY zone, step ORDER BY zone, step`,
          { params: { ...bounds(day(round)), metric: `app.requests.${round % 50}` } },
        ),
      ),
  },
  {
    name: 'newest page of runs',
    target: TARGET,
    ours: async (connection) =>
      filled((await runPage(connection, { now: Number(END / 1_000_000n), limit: 100 })).runs),
    exporter: async (connection) =>
      filled(
        await connection.query(
          `SELECT Attributes['job.id'] AS run, any(Attributes['model.name']), min(TimeUnix) AS start, max(TimeUnix), argMax(Value, TimeUnix)
           FROM ${EXPORTER}.otel_metrics_gauge WHERE MetricName = 'ml.training.loss'
           GROUP BY run ORDER BY start DESC LIMIT 100`,
        ),
      ),
  },
  {
    name: 'one curve of the long run',
    target: TARGET,
    ours: (connection, round) => curves(connection, [KEYS[round % KEYS.length]!]),
    exporter: (connection, round) => exporterCurves(connection, [KEYS[round % KEYS.length]!]),
  },
  {
    name: `all ${KEYS.length} curves of the long run`,
    target: 2 * TARGET,
    ours: (connection) => curves(connection, KEYS),
    exporter: (connection) => exporterCurves(connection, KEYS),
  },
];

const metricsOf = (keys: readonly string[]) => keys.map((key) => `ml.training.${key}`);

async function curves(connection: Connection, keys: readonly string[]) {
  const { curves: drawn } = await trainingSeries(connection, {
    runs: [LONG_RUN],
    metrics: metricsOf(keys),
    points: 1_000,
  });
  return filled(drawn);
}

/** A thousand buckets of each; steps that came twice are taken once. */
async function exporterCurves(connection: Connection, keys: readonly string[]) {
  return filled(
    await connection.query(
      `WITH (SELECT max(toInt64OrZero(Attributes['batch'])) + 1 FROM ${EXPORTER}.otel_metrics_gauge
         WHERE ServiceName = 'ml-metrics-bridge' AND MetricName = {first:String} AND Attributes['job.id'] = {run:String}) AS steps
       SELECT MetricName, intDiv(step * 1000, steps) AS bucket, argMin(value, step), argMax(value, step), min(value), max(value)
       FROM (
         SELECT MetricName, toInt64OrZero(Attributes['batch']) AS step, argMax(Value, TimeUnix) AS value
         FROM ${EXPORTER}.otel_metrics_gauge
         WHERE ServiceName = 'ml-metrics-bridge' AND MetricName IN {metrics:Array(String)} AND Attributes['job.id'] = {run:String}
         GROUP BY MetricName, step)
       GROUP BY MetricName, bucket ORDER BY MetricName, bucket`,
      {
        params: { run: LONG_RUN, metrics: metricsOf(keys), first: metricsOf(keys)[0] },
        limits: { memoryBytes: 4 * 2 ** 30, seconds: 300 },
      },
    ),
  );
}

const knownIds = new Map<number, string>();

/** Looked up before the clock starts: {@link QUESTIONS} are asked once for warming up. */
async function traceId(connection: Connection, round: number): Promise<string> {
  const known = knownIds.get(round);
  if (known !== undefined) return known;
  const from = END - BigInt(5 + round * 3) * HOUR;
  const [row] = await connection.query<{ TraceId: string }>(
    `SELECT TraceId FROM otel_traces WHERE ${IN_RANGE} LIMIT 1`,
    { params: { from, to: from + HOUR } },
  );
  knownIds.set(round, row!.TraceId);
  return row!.TraceId;
}

/** An answer with nothing in it is no answer: then the question is wrong. */
function filled<T>(rows: readonly T[] | undefined): readonly T[] {
  if (rows === undefined || rows.length === 0) throw new Error('a question was answered with nothing');
  return rows;
}

function fail(rows: unknown): never {
  throw new Error(`there is no next page after ${JSON.stringify(rows)}`);
}
