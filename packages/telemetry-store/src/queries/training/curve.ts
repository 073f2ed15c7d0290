/** By what a curve is drawn: step and epoch as numbers, `time` in milliseconds since 1970, `relative` in milliseconds since the run began. */
export type TrainingX = 'step' | 'epoch' | 'time' | 'relative';

/**
 * Buckets of a curve from left to right, as columns of one length. What a chart needs of each: a line from the first value to
 * the last, and a band from the least to the greatest.
 */
export interface CurveColumns {
  /** Of the first point in the bucket … */
  readonly x: readonly number[];
  /** … and of the last. */
  readonly xLast: readonly number[];
  /** May be NaN or infinite, as the last. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** Of the finite values; NaN where there is none. */
  readonly min: readonly number[];
  readonly max: readonly number[];
  /** Times of the earliest and the latest point, milliseconds since 1970: what lies around them in logs and spans. */
  readonly time: readonly number[];
  readonly timeLast: readonly number[];
  /** Which values that are not finite there are: 1 NaN, 2 Infinity, 4 -Infinity, added up. */
  readonly notFinite: readonly number[];
}

/** Where an attempt begins. */
export interface Attempt {
  /** On the step axis; undefined for points without a batch. */
  readonly step: number | undefined;
  readonly epoch: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface TrainingCurve extends CurveColumns {
  readonly run: string;
  readonly metric: string;
  /** As `runMetrics` names it. */
  readonly series: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly unit: string;
  /**
   * By what it is drawn: what was asked for, but for points that have none of it. Those without a batch are placed by epoch,
   * those without both by time; a series with points of several kinds is as many curves.
   */
  readonly by: TrainingX;
  /** Every bucket is one point; else some hold more. */
  readonly exact: boolean;
  /** Of the series, in order of time: one, unless a later point has an earlier step. */
  readonly attempts: readonly Attempt[];
  /** Which of them this curve is; undefined where it is what stands after all of them. */
  readonly attempt: number | undefined;
}

export interface TrainingSeriesRequest {
  /** 1 to 100; with `metrics` at most 1,000 pairs. */
  readonly runs: readonly string[];
  /** 1 to 50, with `ml.training.`. */
  readonly metrics: readonly string[];
  /** Values of the attribute `rank`. Default all, and those without one. */
  readonly ranks?: readonly string[];
  /** Default `step`. */
  readonly x?: TrainingX;
  /** The first x that belongs to the range, and the first that does not. Curves that are drawn by another x are whole. */
  readonly from?: number;
  readonly to?: number;
  /** About how many buckets a curve may have, 1 to 10,000; fewer points are each one. Default 1,000. */
  readonly points?: number;
  /**
   * Default `latest`: what stands. A point falls away when a later one has an earlier step, and when its step comes again.
   * `all`: every attempt as a curve, where there are several.
   */
  readonly attempts?: 'latest' | 'all';
  /** `receivedAt` of an earlier answer: see {@link TrainingSeries.changedBefore}. */
  readonly since?: number;
}

export interface TrainingSeries {
  /** In the order in which they were asked for; those that there are not are missing. */
  readonly runs: readonly {
    readonly run: string;
    /** Of its step axis: with another, all steps that were read before may lie elsewhere, and must be read again. */
    readonly axisVersion: string;
    /** Milliseconds since 1970: where `relative` begins. */
    readonly startedAt: number;
  }[];
  /** By run, then metric, then series. */
  readonly curves: readonly TrainingCurve[];
  /** When the last point of these runs came, seconds since 1970, as far as this answer knows them. */
  readonly receivedAt: number;
  /**
   * Whether points came since `since` (that second included) that lie before `from`. A live page reads a range that begins
   * with the `x` of the last bucket it has, replaces that bucket, and reads all again where this is true, or where an axis
   * version or the number of attempts is another.
   */
  readonly changedBefore: boolean;
}
