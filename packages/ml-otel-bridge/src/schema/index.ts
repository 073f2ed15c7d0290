export type { Issue, Parsed } from './issue.ts';
export * as limits from './limits.ts';
export type { MetricEntry } from './metrics.ts';
export { parseJson } from './parse-json.ts';
export {
  parseSnapshot,
  RUN_STATUSES,
  type RunStatus,
  type Snapshot,
  type SnapshotInput,
  SnapshotSchema,
} from './snapshot.ts';
export { type Line, splitLines } from './split-lines.ts';
export { parseTimestamp, type Time, type Timestamp, TimestampSchema } from './timestamp.ts';
