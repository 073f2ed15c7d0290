/** `bun write-data.ts FOLDER STEPS RUNS`: a store of the explorer with one long run and many short ones, of the peers' curves. */
import { fileURLToPath } from 'node:url';
import { type Connection, openMigratedEmbedded, readMigrations } from '@ml-otel/telemetry-store';

const [, , folder = '', steps = '', runs = ''] = process.argv;

const METRICS = [
  'ml.training.loss',
  'ml.training.validation_loss',
  'ml.training.accuracy',
  'ml.training.learning_rate',
  'ml.training.gpu_utilization',
  'ml.training.processing_time_ms.step',
  'ml.training.samples_per_second.step',
  'ml.training.gradient_norm',
  'ml.training.gpu_memory',
];

/** As in the peers' curves.py. */
const SHORT_STEPS = 10;

const RUN = `if({runs:UInt32} = 1, {prefix:String}, concat({prefix:String}, leftPad(toString(run), 4, '0')))`;

/** A step takes a tenth of a second, an epoch has 10,000 batches, and short runs begin a second apart. */
const STARTED = `fromUnixTimestamp64Milli(1790000000000 + toInt64(run) * 1000)`;

const POINTS = `
  INSERT INTO otel_metrics_gauge (ResourceAttributes, ServiceName, MetricName, Attributes, StartTimeUnix, TimeUnix, Value)
  SELECT
    map('service.name', 'bench'), 'bench', {metric:String},
    map('job.id', ${RUN}, 'model.name', 'resnet-50', 'dataset', 'imagenet',
      'epoch', toString(intDiv(step, 10000)), 'batch', toString(step % 10000)),
    toDateTime64(${STARTED}, 9),
    toDateTime64(${STARTED}, 9) + toIntervalMillisecond(step * 100),
    ({k:UInt8} + 1) * (1 / (1 + 10 * step / {steps:UInt32}) + 0.2 + 0.05 * (sipHash64(step, {k:UInt8}) / 9223372036854775808. - 1))
      * if({k:UInt8} = 0 AND step = intDiv({steps:UInt32} * 2, 3), 10, 1)
  FROM (SELECT intDiv(number, {steps:UInt32}) AS run, number % {steps:UInt32} AS step FROM numbers(toUInt64({runs:UInt32}) * {steps:UInt32}))`;

const EVENTS = `
  INSERT INTO otel_logs (Timestamp, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, LogAttributes, EventName)
  SELECT
    toDateTime64(${STARTED}, 9) + toIntervalMillisecond(if({event:String} = 'finished', {steps:UInt32} * 100, 0)),
    'INFO', 9, 'bench', if({event:String} = 'config', '{"learning_rate":0.1}', ''),
    map('service.name', 'bench'),
    map('job.id', ${RUN}, 'model.name', 'resnet-50', 'dataset', 'imagenet',
      'ml.run.status', if({event:String} = 'finished', 'finished', '')),
    concat('ml.run.', {event:String})
  FROM (SELECT number AS run FROM numbers({runs:UInt32}))`;

const migrations = fileURLToPath(new URL('../migrations', import.meta.resolve('@ml-otel/telemetry-store')));
const store = await openMigratedEmbedded(folder, readMigrations(migrations));
try {
  for (const [k, metric] of METRICS.entries()) {
    await insertPoints(store, { metric, k, prefix: 'long', runs: 1, steps: Number(steps) });
    await insertPoints(store, { metric, k, prefix: 'run-', runs: Number(runs), steps: SHORT_STEPS });
  }
  await insertEvents(store, { prefix: 'long', runs: 1, steps: Number(steps) });
  await insertEvents(store, { prefix: 'run-', runs: Number(runs), steps: SHORT_STEPS });
} finally {
  await store.close();
}
process.exit(0);

interface Runs {
  /** Of the ids; a number follows where there are several. */
  readonly prefix: string;
  readonly runs: number;
  readonly steps: number;
}

/** Rows as the receiver would write them, but made by the engine: the store's views do the rest. */
async function insertPoints(
  connection: Connection,
  { metric, k, ...runs }: Runs & { metric: string; k: number },
): Promise<void> {
  await connection.command(POINTS, { params: { metric, k, ...runs } });
}

async function insertEvents(connection: Connection, runs: Runs): Promise<void> {
  for (const event of ['started', 'config', 'finished'])
    await connection.command(EVENTS, { params: { event, ...runs } });
}
