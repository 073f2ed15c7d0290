import * as v from 'valibot';
import { copyJson, type Json } from './copy-json.ts';
import { type Parsed, toIssues } from './issue.ts';
import {
  MAX_CONFIG_VALUES,
  MAX_DEPTH,
  MAX_ID_LENGTH,
  MAX_LABEL_LENGTH,
  MAX_LABELS,
  MAX_RANK,
} from './limits.ts';
import { MetricsSchema } from './metrics.ts';
import { TimestampSchema } from './timestamp.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what an id must not hold
const PRINTABLE = /^[^\u0000-\u001f\u007f]*$/;

const IdSchema = v.pipe(
  v.string('expected a string'),
  v.maxLength(MAX_ID_LENGTH, `at most ${MAX_ID_LENGTH} characters`),
  v.regex(PRINTABLE, 'no control characters'),
);

const LabelTextSchema = v.pipe(
  v.string('expected a string'),
  v.maxLength(MAX_LABEL_LENGTH, `at most ${MAX_LABEL_LENGTH} characters`),
);

const LabelsSchema = v.pipe(
  v.record(
    v.pipe(LabelTextSchema, v.nonEmpty('a label needs a key')),
    LabelTextSchema,
    'expected an object of strings',
  ),
  v.check((labels) => Object.keys(labels).length <= MAX_LABELS, `at most ${MAX_LABELS} labels`),
);

/** Any JSON, within {@link MAX_DEPTH} and {@link MAX_CONFIG_VALUES}; given as a copy that holds nothing else. */
const ConfigSchema = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Json => {
    const copy = copyJson(dataset.value, { values: MAX_CONFIG_VALUES, depth: MAX_DEPTH });
    if (copy.ok) return copy.value;
    addIssue({ message: copy.issues[0]!.message });
    return NEVER;
  }),
);

export const RUN_STATUSES = ['running', 'finished', 'failed'] as const;
/** What a sender says of its run. */
export type RunStatus = (typeof RUN_STATUSES)[number];

const JobMetadataSchema = v.object(
  {
    job_id: v.pipe(IdSchema, v.nonEmpty('a job needs an id')),
    model_name: v.nullish(IdSchema),
    dataset: v.nullish(IdSchema),
    start_time: v.nullish(TimestampSchema),
    rank: v.nullish(
      v.pipe(
        v.number('expected a whole number'),
        v.integer('expected a whole number'),
        v.minValue(0),
        v.maxValue(MAX_RANK),
      ),
    ),
    labels: v.nullish(LabelsSchema),
  },
  'expected an object with a job_id',
);

/**
 * The wire contract of a training snapshot: what a trainer writes to its file and what `POST /v1/metrics` takes.
 * Required are `job_metadata.job_id` and one thing to say: a metric, a status or a configuration.
 * Keys beside those listed are ignored at the top level and in `job_metadata`; in `training_metrics` each is a metric.
 */
export const SnapshotSchema = v.pipe(
  v.object(
    {
      timestamp: v.nullish(TimestampSchema),
      job_metadata: JobMetadataSchema,
      training_metrics: v.nullish(MetricsSchema, {}),
      config: v.optional(ConfigSchema),
      status: v.nullish(v.picklist(RUN_STATUSES, `expected one of ${RUN_STATUSES.join(', ')}`)),
    },
    'expected a snapshot: an object with job_metadata and training_metrics',
  ),
  v.check(
    (snapshot) => snapshot.training_metrics.length > 0 || snapshot.status != null || snapshot.config != null,
    'nothing in it: a snapshot needs a metric in training_metrics, a status or a config',
  ),
);

/** What a sender may write; metrics are numbers, `null` is one that was not measured. */
export interface SnapshotInput {
  timestamp?: string | null;
  job_metadata: {
    job_id: string;
    model_name?: string | null;
    dataset?: string | null;
    start_time?: string | null;
    rank?: number | null;
    labels?: Record<string, string> | null;
  };
  training_metrics?: Record<string, number | null> | null;
  config?: unknown;
  status?: RunStatus | null;
}

/** A snapshot that has been checked. */
export type Snapshot = v.InferOutput<typeof SnapshotSchema>;

/** Checks one snapshot. Never throws; a refusal carries every issue with its path. */
export function parseSnapshot(input: unknown): Parsed<Snapshot> {
  try {
    const result = v.safeParse(SnapshotSchema, input);
    if (result.success) return { ok: true, value: result.output };
    return { ok: false, issues: toIssues(result.issues) };
  } catch {
    // Only an object that runs code when it is read (a getter, a proxy, a loop of references) comes here.
    return { ok: false, issues: [{ path: '', message: 'not plain data' }] };
  }
}
