import type { Connection } from '@ml-otel/telemetry-store';

/** The curves that a sidecar makes of a snapshot; epoch and batch are attributes of each. */
export const CURVES = [
  'ml.training.loss',
  'ml.training.validation_loss',
  'ml.training.accuracy',
  'ml.training.learning_rate',
  'ml.training.gpu_utilization',
  'ml.training.processing_time_ms.step',
  'ml.training.samples_per_second.step',
] as const;

export interface TrainingRunPlan {
  readonly id: string;
  readonly steps: number;
  /** Default: all. */
  readonly curves?: readonly string[];
  /** Batches count from 0 in each epoch. Default 10,000. */
  readonly stepsPerEpoch?: number;
  /** Between two steps, nanoseconds. Default 100 ms. */
  readonly stepTime?: bigint;
  /** When it begins, nanoseconds since 1970. */
  readonly start?: bigint;
  /** The last attempt begins at this step, two hours after all others were done, and goes on to the end. Default: there is one. */
  readonly resumedAt?: number;
}

const TWO_HOURS = 7_200_000_000_000n;

/**
 * Writes a run into `otel_metrics_gauge`, as the collector's exporter would but made by the engine itself: the views do the
 * rest. A million steps take about half a minute of two quiet cores.
 */
export async function insertTrainingRun(connection: Connection, plan: TrainingRunPlan): Promise<void> {
  const { steps, resumedAt, stepTime = 100_000_000n, start = 1_780_000_000_000_000_000n } = plan;
  const attempts =
    resumedAt === undefined
      ? [{ from: 0, begins: start }]
      : [
          { from: 0, begins: start },
          { from: resumedAt, begins: start + BigInt(steps) * stepTime + TWO_HOURS },
        ];
  for (const { from, begins } of attempts)
    for (const [curve, metric] of (plan.curves ?? CURVES).entries())
      await connection.command(INSERT, {
        params: {
          run: plan.id,
          metric,
          curve,
          from,
          count: steps - from,
          perEpoch: plan.stepsPerEpoch ?? 10_000,
          start,
          begins,
          stepTime,
        },
      });
}

const INSERT = `
  INSERT INTO otel_metrics_gauge (ResourceAttributes, ServiceName, MetricName, Attributes, StartTimeUnix, TimeUnix, Value)
  SELECT
    map('service.name', 'bench'), 'bench', {metric:String},
    map('job.id', {run:String}, 'model.name', 'resnet-50', 'dataset', 'imagenet',
      'epoch', toString(intDiv(step, {perEpoch:UInt64})), 'batch', toString(step % {perEpoch:UInt64})),
    fromUnixTimestamp64Nano({start:Int64}),
    fromUnixTimestamp64Nano({begins:Int64} + toInt64(number) * {stepTime:Int64}),
    exp(-(step / 2e5)) + ({curve:UInt8} + 1) * sipHash64(step, {curve:UInt8}) / 18446744073709551615.
  FROM (SELECT number, number + {from:UInt64} AS step FROM numbers({count:UInt64}))`;
