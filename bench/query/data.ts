import type { Connection } from '@ml-otel/telemetry-store';

/** How much there is of everything. */
export interface DataSize {
  /** Of log records, of spans and of metric points, each. */
  readonly rows: number;
  /** Of the long run, each with the seven keys that are curves. */
  readonly steps: number;
}

const NANOS = 1_000_000_000n;
/** 2026-11-20 00:00 UTC; all data lies in the seven days before. */
export const END = 1_795_132_800n * NANOS;
export const DAYS = 7n;
export const HOUR = 3_600n * NANOS;
const BEGIN = END - DAYS * 24n * HOUR;

export const LONG_RUN = 'run-long';
export const SHORT_RUNS = 300;
const STEPS_OF_SHORT = 200;
export const KEYS = [
  'loss',
  'validation_loss',
  'accuracy',
  'learning_rate',
  'gpu_utilization',
  'processing_time_ms.step',
  'samples_per_second.step',
];

/** Rows of one statement, so that merges go on meanwhile and memory is bounded. */
const CHUNK = 500_000;

const SERVICES = "['checkout', 'cart', 'catalogue', 'payment', 'shipping', 'frontend', 'search', 'accounts']";
const RESOURCE =
  "map('service.name', service, 'service.version', '1.4.2', 'host.name', concat('host-', toString(rnd(9) % 12)), 'deployment.environment.name', 'production')";
const ID = (salt: number) => `lower(leftPad(hex(rnd(${salt})), 16, '0'))`;

/** A number that looks random, the same for the same row and salt. */
const rnd = (text: string, of = 'number') => text.replaceAll(/rnd\((\d+)\)/g, `cityHash64(${of}, $1)`);

const LOGS =
  rnd(`INSERT INTO otel_logs (Timestamp, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, ScopeName, LogAttributes, ReceivedAt)
WITH
  ${SERVICES}[1 + rnd(1) % 8] AS service,
  [9, 9, 9, 9, 5, 5, 13, 17][1 + rnd(2) % 8] AS severity,
  fromUnixTimestamp64Nano({begin:Int64} + toInt64(number) * {apart:Int64} + toInt64(rnd(3) % {apart:UInt64})) AS time
SELECT
  time, if(rnd(4) % 2 = 0, concat(${ID(5)}, ${ID(6)}), ''), if(rnd(4) % 2 = 0, ${ID(7)}, ''), 1,
  transform(severity, [5, 9, 13, 17], ['DEBUG', 'INFO', 'WARN', 'ERROR'], ''), severity, service,
  if(rnd(8) % 100000 = 0, concat('deadlock detected on table orders by user ', toString(rnd(10) % 200000)),
    concat(['served', 'retried', 'queued', 'rejected'][1 + rnd(11) % 4], ' /api/v1/', service, '/', toString(rnd(12) % 60), ' for user ', toString(rnd(10) % 200000), ' in ', toString(rnd(13) % 900), ' ms')),
  ${RESOURCE}, 'app.logger',
  map('http.route', concat('/api/v1/', service, '/', toString(rnd(12) % 60)), 'http.request.method', ['GET', 'POST'][1 + rnd(14) % 2], 'user.id', toString(rnd(10) % 200000),
    'thread.name', concat('worker-', toString(rnd(15) % 32)), 'code.line.number', toString(rnd(16) % 2000), 'tenant.id', concat('tenant-', toString(rnd(17) % 40)), 'request.bytes', toString(rnd(18) % 60000)),
  toDateTime(time, 'UTC')
FROM numbers({from:UInt64}, {count:UInt64})`);

const SPANS =
  rnd(`INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName, SpanAttributes, Duration, StatusCode, ReceivedAt)
WITH
  ${SERVICES}[1 + rnd(1) % 8] AS service,
  intDiv(number, 7) AS nth,
  number % 7 AS place,
  rnd(2) % 60 AS route,
  fromUnixTimestamp64Nano({begin:Int64} + toInt64(number) * {apart:Int64} + toInt64(rnd(3) % {apart:UInt64})) AS time
SELECT
  time, concat(lower(leftPad(hex(cityHash64(nth, 1)), 16, '0')), lower(leftPad(hex(cityHash64(nth, 2)), 16, '0'))), ${ID(4)},
  if(place = 0, '', lower(leftPad(hex(cityHash64(number - place, 4)), 16, '0'))),
  if(place > 4, 'SELECT shop.orders', concat('GET /api/v1/', service, '/', toString(route))), if(place > 4, 'Client', 'Server'), service,
  ${RESOURCE}, '@opentelemetry/instrumentation-http',
  map('http.request.method', ['GET', 'POST'][1 + rnd(5) % 2], 'http.route', concat('/api/v1/', service, '/', toString(route)), 'url.path', concat('/api/v1/', service, '/', toString(rnd(6) % 1000000)),
    'http.response.status_code', if(rnd(7) % 50 = 0, '500', '200'), 'server.address', concat('host-', toString(rnd(8) % 12)), 'server.port', '8080', 'user_agent.original', ['curl/8.11.0', 'okhttp/4.12.0'][1 + rnd(10) % 2],
    'client.address', concat('192.168.', toString(rnd(11) % 250), '.', toString(rnd(12) % 250)), 'http.response.body.size', toString(rnd(13) % 100000), 'thread.id', toString(rnd(14) % 64)),
  toUInt64(exp2(17 + (rnd(15) % 12000) / 1000)), if(rnd(7) % 50 = 0, 'Error', 'Unset'), toDateTime(time, 'UTC')
FROM numbers({from:UInt64}, {count:UInt64})`);

/** A thousand series in fifty metrics. */
const SERIES = `number % 1000 AS series, intDiv(number, 1000) AS nth, ${SERVICES}[1 + series % 8] AS service,
  fromUnixTimestamp64Nano({begin:Int64} + toInt64(nth) * 1000 * {apart:Int64}) AS time,
  map('host', concat('host-', toString(series % 12)), 'pod', concat('pod-', toString(series)), 'zone', concat('zone-', toString(series % 3))) AS attributes`;
const SUMS =
  rnd(`INSERT INTO otel_metrics_sum (ResourceAttributes, ServiceName, MetricName, MetricUnit, Attributes, StartTimeUnix, TimeUnix, Value, AggregationTemporality, IsMonotonic, ReceivedAt)
WITH ${SERIES}
SELECT ${RESOURCE}, service, concat('app.requests.', toString(intDiv(series, 20))), '{request}', attributes, fromUnixTimestamp64Nano({begin:Int64}), time,
  nth * 100 + rnd(1) % 100, 2, true, toDateTime(time, 'UTC')
FROM numbers({from:UInt64}, {count:UInt64})`);
const GAUGES =
  rnd(`INSERT INTO otel_metrics_gauge (ResourceAttributes, ServiceName, MetricName, MetricUnit, Attributes, StartTimeUnix, TimeUnix, Value, ReceivedAt)
WITH ${SERIES}
SELECT ${RESOURCE}, service, concat('app.level.', toString(intDiv(series, 20))), '1', attributes, fromUnixTimestamp64Nano({begin:Int64}), time,
  (rnd(1) % 100000) / 100, toDateTime(time, 'UTC')
FROM numbers({from:UInt64}, {count:UInt64})`);

/** Points of runs: SQL of a run's id, of the number of a point within it, and of its time. */
const curves = (
  run: string,
  nth: string,
  time: string,
) => `INSERT INTO otel_metrics_gauge (ResourceAttributes, ServiceName, MetricName, Attributes, StartTimeUnix, TimeUnix, Value, ReceivedAt)
WITH
  ${nth} AS nth, nth % ${KEYS.length} AS key, intDiv(nth, ${KEYS.length}) AS step,
  fromUnixTimestamp64Nano(${time}) AS time
SELECT map('service.name', 'ml-metrics-bridge'), 'ml-metrics-bridge', concat('ml.training.', [${KEYS.map((key) => `'${key}'`).join(', ')}][1 + key]),
  map('batch', toString(step), 'dataset', 'imagenet', 'epoch', toString(intDiv(step, 10000)), 'job.id', ${run}, 'model.name', 'resnet-50'),
  fromUnixTimestamp64Nano({begin:Int64}), time, 1 / (1 + step / 10000) + (cityHash64(number) % 1000) / 10000, toDateTime(time, 'UTC')
FROM numbers({from:UInt64}, {count:UInt64})`;
const LONG_CURVES = curves(`'${LONG_RUN}'`, 'number', '{begin:Int64} + toInt64(step) * {apart:Int64}');
/** One run after the other, a step a second. */
const SHORT_CURVES = curves(
  "concat('run-', toString(intDiv(number, {perRun:UInt64})))",
  'number % {perRun:UInt64}',
  '{begin:Int64} + toInt64(intDiv(number, {perRun:UInt64})) * {apart:Int64} + toInt64(step) * 1000000000',
);

/** Fills the tables of a migrated store, with their views, in the order of time. */
export async function makeData(
  connection: Connection,
  { rows, steps }: DataSize,
  say: (what: string) => void,
) {
  const fill = async (what: string, sql: string, count: number, params: object) => {
    for (let from = 0; from < count; from += CHUNK)
      await connection.command(sql, { params: { ...params, from, count: Math.min(CHUNK, count - from) } });
    say(`${count} ${what}`);
  };
  const spread = (count: number) => ({ begin: BEGIN, apart: (END - BEGIN) / BigInt(count) });
  await fill('log records', LOGS, rows, spread(rows));
  await fill('spans', SPANS, rows, spread(rows));
  await fill('points of sums', SUMS, rows / 2, spread(rows / 2));
  await fill('points of gauges', GAUGES, rows / 2, spread(rows / 2));
  await fill(`points of ${LONG_RUN}`, LONG_CURVES, steps * KEYS.length, spread(steps));
  const perRun = STEPS_OF_SHORT * KEYS.length;
  await fill('points of short runs', SHORT_CURVES, SHORT_RUNS * perRun, { ...spread(SHORT_RUNS), perRun });
}

/** Tables that the exporter has, too. */
export const SHARED = ['otel_logs', 'otel_traces', 'otel_metrics_gauge', 'otel_metrics_sum'];

/** Copies every row into the exporter's tables, which lie in a database of their own. */
export async function copyData(connection: Connection, database: string, say: (what: string) => void) {
  for (const table of SHARED) {
    const columns = await connection.query<{ name: string }>(
      `SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String}
       AND default_kind != 'MATERIALIZED' ORDER BY position`,
      { params: { database, table } },
    );
    const list = columns.map(({ name }) => `\`${name}\``).join(', ');
    for (let day = 0n; day < DAYS; day++) {
      const from = new Date(Number((BEGIN + day * 24n * HOUR) / 1_000_000n)).toISOString().slice(0, 10);
      await connection.command(
        `INSERT INTO ${database}.${table} (${list}) SELECT ${list} FROM ${table} WHERE toDate(ReceivedAt) = {from:Date}`,
        { params: { from }, settings: { max_threads: 1 } },
      );
    }
    say(`${table} of the exporter`);
  }
}
