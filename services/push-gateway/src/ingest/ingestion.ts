import type { Bridge } from 'ml-otel-bridge';
import type { NotTaken, Tally } from './tally.ts';

/** Where a body's snapshots go. */
export type Recorder = Pick<Bridge, 'recordAll' | 'stats'>;

/** Why a body was not read to its end, or was. `at` is the first snapshot that was not taken. */
export type IngestionEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'refused'; readonly at: number; readonly reason: NotTaken['reason'] }
  | { readonly kind: 'too-large'; readonly at: number; readonly detail: string }
  | { readonly kind: 'broken'; readonly at: number; readonly detail: string };

/** What became of a body. Whatever its end, what the tally counts as accepted stays accepted. */
export interface Ingestion {
  readonly tally: Tally;
  readonly end: IngestionEnd;
  /** Among what was refused there was OTLP in JSON. */
  readonly otlp: boolean;
}

/** Bounds on bodies, in bytes after decompression. */
export interface BodyLimits {
  /** Of any body. */
  readonly maxBodyBytes: number;
  /** Of one that is parsed as a whole, and so stands in memory several times over. */
  readonly maxJsonBytes: number;
}

export const MAX_JSON_BYTES = 16 * 1024 * 1024;
