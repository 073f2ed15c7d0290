import type { StepRecord } from '../mapping/record.ts';
import type { Time } from '../schema/index.ts';
import type { Weight } from './outbox.ts';

/** A record as one line of JSON: short names, and words for what JSON has no numbers for. */
interface Line {
  j: string;
  m: string;
  d: string;
  r?: number;
  t: Time;
  s?: Time;
  k: readonly string[];
  v: readonly (number | 'NaN' | 'Infinity' | '-Infinity')[];
  f?: true;
  h?: number;
}

export function encodeRecord(record: StepRecord): string {
  const line: Line = {
    j: record.jobId,
    m: record.modelName,
    d: record.dataset,
    t: record.time,
    k: record.keys,
    v: record.values.map((value) => (Number.isFinite(value) ? value : (String(value) as 'NaN'))),
  };
  if (record.rank !== undefined) line.r = record.rank;
  if (record.startTime !== undefined) line.s = record.startTime;
  if (record.final) line.f = true;
  if (record.fingerprint !== undefined) line.h = record.fingerprint;
  return JSON.stringify(line);
}

/** @throws where the text is no record */
export function decodeRecord(json: string): StepRecord {
  const { j, m, d, r, t, s, k, v, f, h } = JSON.parse(json) as Line;
  if (
    typeof j !== 'string' ||
    !Array.isArray(k) ||
    !Array.isArray(v) ||
    k.length !== v.length ||
    !Array.isArray(t)
  ) {
    throw new TypeError('not a record');
  }
  return {
    jobId: j,
    modelName: m,
    dataset: d,
    time: t,
    keys: k,
    values: v.map(Number),
    ...(r !== undefined && { rank: r }),
    ...(s !== undefined && { startTime: s }),
    ...(f && { final: true }),
    ...(h !== undefined && { fingerprint: h }),
  };
}

/** Bytes of a point beside its attributes: times, value, tags and lengths (OTLP metrics.proto, NumberDataPoint). */
const POINT_BYTES = 40;
/** Keys and tags of the attributes that every point carries, `epoch` and `batch` among them. */
const ATTRIBUTE_BYTES = 110;
/** Name, unit and description of a metric, once in a request; counted for each point to stay on the safe side. */
const METRIC_BYTES = 16;
/** A character takes up to three bytes of UTF-8 for each of JavaScript's units. */
const BYTES_PER_UNIT = 3;
/** A histogram's counts and bounds and the job's sums, once for each job in a request. */
const JOB_BYTES = 1_024;

/** What a record adds to a request at most, and the gauge points it becomes. */
export function weighRecord({ jobId, modelName, dataset, keys }: StepRecord): Weight {
  const attributes = ATTRIBUTE_BYTES + utf8Bound(jobId) + utf8Bound(modelName) + utf8Bound(dataset);
  let bytes = JOB_BYTES;
  for (const key of keys) bytes += POINT_BYTES + METRIC_BYTES + attributes + key.length * BYTES_PER_UNIT;
  return { bytes, points: keys.length };
}

function utf8Bound(text: string): number {
  return text.length * BYTES_PER_UNIT;
}
