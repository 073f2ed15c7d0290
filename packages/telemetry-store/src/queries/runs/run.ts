/**
 * Whether a run goes on. `finished` and `failed` say its events, until it speaks again. Else it is `running`, `stalled`
 * where no point came for max(60 s, ten times the median gap between steps), and `vanished` where besides no heartbeat came for
 * three of its intervals; of a run without heartbeats, where nothing came for 30 minutes. Times of arrival count, not of points.
 */
export type RunState = 'running' | 'stalled' | 'finished' | 'failed' | 'vanished';

/** What a list of runs shows of one. Times are nanoseconds since 1970. */
export interface Run {
  /** `job.id`. */
  readonly id: string;
  /** What a person called it, else its label `name`; the id where there is neither. */
  readonly name: string;
  /** What a person gave it, else what its labels `tag.<tag>` say. */
  readonly tags: readonly string[];
  readonly notes: string;
  readonly model: string;
  readonly dataset: string;
  readonly project: string;
  /** Without its name and its tags. */
  readonly labels: Readonly<Record<string, string>>;
  readonly state: RunState;
  /** What its events or the start time of its points say, else its first point; undefined where there is neither. */
  readonly startedAt: bigint | undefined;
  /** Of a finished or failed run. */
  readonly finishedAt: bigint | undefined;
  readonly lastPointAt: bigint | undefined;
  /** When anything of it came last, to the second. */
  readonly lastReceivedAt: bigint;
  /** From its start to its end, or to its last point. */
  readonly duration: bigint;
  /** On the derived step axis, of its last point that has a batch. */
  readonly lastStep: number | undefined;
  readonly lastEpoch: number | undefined;
  /** The last value of `ml.training.loss`, of whichever rank spoke last; may be NaN or infinite. */
  readonly lastLoss: number | undefined;
  /** In order; empty where no point has one. */
  readonly ranks: readonly string[];
  /** How often it said that it starts: more than once, and it was resumed. 0 where it sends no events. */
  readonly starts: number;
}
