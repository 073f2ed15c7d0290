import type { Run, RunDetail, RunMetric } from '@ml-otel/telemetry-store/queries';
import * as v from 'valibot';
import { ATTRIBUTES, toAttributes } from './attributes.ts';
import { duration } from './duration.ts';
import { given } from './given.ts';
import { decodeNested } from './nested-values.ts';
import { jsonNumber, toJsonNumber } from './number.ts';
import { isoTime, time } from './time.ts';

export const RUN_STATES = ['running', 'stalled', 'finished', 'failed', 'vanished'] as const;

const COUNT = v.pipe(v.number(), v.integer());

const ENTRIES = {
  id: v.pipe(v.string(), v.description('`job.id`.')),
  name: v.pipe(v.string(), v.description('What a person called it, else its id.')),
  tags: v.array(v.string()),
  notes: v.string(),
  model: v.string(),
  dataset: v.string(),
  project: v.string(),
  labels: v.record(v.string(), v.string()),
  state: v.pipe(
    v.picklist(RUN_STATES),
    v.description(
      '`stalled`: no point for a minute, or ten times the gap between its steps. `vanished`: no heartbeat either.',
    ),
  ),
  startedAt: v.optional(time('When it began, as far as is known.')),
  finishedAt: v.optional(time('When it ended, of one that finished or failed.')),
  lastPointAt: v.optional(time('The time of its last point.')),
  lastReceivedAt: time('When anything of it came last, to the second.'),
  duration: duration('From its start to its end, or to its last point.'),
  lastStep: v.optional(v.pipe(COUNT, v.description('The step of its last point.'))),
  lastEpoch: v.optional(v.number()),
  lastLoss: v.optional(jsonNumber('The last value of `ml.training.loss`.')),
  ranks: v.array(v.string()),
  starts: v.pipe(
    COUNT,
    v.description('How often it said that it starts; more than once where it was resumed.'),
  ),
};

export const RUN = v.pipe(v.object(ENTRIES), v.metadata({ ref: 'Run' }));

export const RUN_DETAIL = v.pipe(
  v.object({
    ...ENTRIES,
    config: v.optional(v.pipe(v.string(), v.description('JSON, as it was sent.'))),
    ordered: v.pipe(v.boolean(), v.description('False where it logs steps out of order on purpose.')),
  }),
  v.metadata({ ref: 'RunDetail' }),
);

export function toRunJson(run: Run): v.InferOutput<typeof RUN> {
  const { startedAt, finishedAt, lastPointAt, lastStep, lastEpoch, lastLoss, ...rest } = run;
  return {
    ...rest,
    tags: [...run.tags],
    ranks: [...run.ranks],
    labels: Object.fromEntries(Object.entries(run.labels).map(([key, value]) => [key, String(value)])),
    lastReceivedAt: isoTime(run.lastReceivedAt),
    duration: Number(run.duration),
    ...given({
      startedAt: optional(startedAt, isoTime),
      finishedAt: optional(finishedAt, isoTime),
      lastPointAt: optional(lastPointAt, isoTime),
      lastLoss: optional(lastLoss, toJsonNumber),
      lastStep,
      lastEpoch,
    }),
  };
}

export function toRunDetailJson({ config, ordered, ...run }: RunDetail): v.InferOutput<typeof RUN_DETAIL> {
  return { ...toRunJson(run), ordered, ...given({ config: optional(config, decodeNested) }) };
}

export const RUN_METRIC = v.pipe(
  v.object({
    metric: v.string(),
    series: v.pipe(v.string(), v.description('Names the curve within its run.')),
    attributes: ATTRIBUTES,
    unit: v.string(),
    firstTime: time('Of its first point.'),
    lastTime: time('Of its last point.'),
    lastValue: jsonNumber('Of its last point.'),
    min: v.optional(v.pipe(v.number(), v.description('Of the finite values; missing where there is none.'))),
    max: v.optional(v.number()),
    hasNaN: v.boolean(),
    hasInfinity: v.boolean(),
    hasNegativeInfinity: v.boolean(),
  }),
  v.metadata({ ref: 'RunMetric' }),
);

export function toRunMetricJson({ min, max, ...metric }: RunMetric): v.InferOutput<typeof RUN_METRIC> {
  return {
    ...metric,
    attributes: toAttributes(metric.attributes),
    firstTime: isoTime(metric.firstTime),
    lastTime: isoTime(metric.lastTime),
    lastValue: toJsonNumber(metric.lastValue),
    ...given({ min, max }),
  };
}

function optional<From, To>(value: From | undefined, convert: (value: From) => To): To | undefined {
  return value === undefined ? undefined : convert(value);
}
