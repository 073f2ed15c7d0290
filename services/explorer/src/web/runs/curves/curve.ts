import type { InferResponseType } from 'hono/client';
import { api } from '../../api/client.ts';
import { readAnswer } from '../../api/read-answer.ts';
import { spread } from './spread.ts';

export type CurveX = 'step' | 'epoch' | 'time' | 'relative';

type Answer = InferResponseType<(typeof api.runs)[':id']['series']['$get'], 200>;
type SentCurve = Answer['curves'][number];
type SentValue = SentCurve['first'][number];

/** A curve in buckets from left to right: columns of one length. Values may be NaN or infinite; bounds are NaN where no value is finite. */
export interface Curve {
  readonly run: string;
  readonly metric: string;
  readonly series: string;
  readonly rank: string | undefined;
  readonly unit: string;
  readonly by: CurveX;
  /** Every bucket is one point. */
  readonly exact: boolean;
  readonly attempts: SentCurve['attempts'];
  readonly attempt: number | undefined;
  readonly x: readonly number[];
  readonly xLast: readonly number[];
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
  /** Milliseconds since 1970. */
  readonly time: readonly number[];
  readonly timeLast: readonly number[];
  /** 1 NaN, 2 Infinity, 4 -Infinity, added up. */
  readonly notFinite: readonly number[];
  /** A value may be wrong by so much: they come with as many digits as a chart of the range that was asked for can show. */
  readonly off: number;
}

export interface CurveSet {
  readonly curves: readonly Curve[];
  readonly runs: Answer['runs'];
  /** Seconds since 1970. */
  readonly receivedAt: number;
  readonly changedBefore: boolean;
}

export interface CurveRequest {
  /** At least one; of more than {@link MOST_RUNS} the caller makes several. */
  readonly runs: readonly string[];
  readonly metrics: readonly string[];
  readonly x: CurveX;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly points: number;
  /** By default with as many digits as a chart can show. */
  readonly values?: keyof typeof OFF;
  readonly attempts?: 'latest' | 'all';
  readonly since?: number | undefined;
}

/** Of one call; and of pairs of both. */
export const MOST_RUNS = 100;
export const MOST_METRICS = 50;
export const MOST_PAIRS = 1_000;

/** @throws ApiError */
export async function loadCurves(request: CurveRequest, signal?: AbortSignal): Promise<CurveSet> {
  const { runs, metrics, x, from, to, points, attempts = 'latest', values = 'rounded', since } = request;
  const [id = '', ...more] = runs;
  const answer = await readAnswer(
    api.runs[':id'].series.$get(
      {
        param: { id: encodeURIComponent(id) },
        query: {
          metric: [...metrics],
          x,
          points: String(points),
          attempts,
          values,
          ...(more.length > 0 && { run: more }),
          ...(from !== undefined && { from: String(from) }),
          ...(to !== undefined && { to: String(to) }),
          ...(since !== undefined && { since: String(since) }),
        },
      },
      { init: signal === undefined ? {} : { signal } },
    ),
  );
  return { ...answer, curves: answer.curves.map((curve) => readCurve(curve, OFF[values])) };
}

/** Of the range of a curve: so far off its values may be. */
const OFF = { exact: 0, fine: 1e-6, rounded: 1e-4 };

function readCurve({ attributes, first, last, min, max, attempt, ...sent }: SentCurve, off: number): Curve {
  const curve = {
    ...sent,
    attempt,
    rank: attributes.rank,
    first: first.map(readValue),
    last: last.map(readValue),
    min: min.map(readValue),
    max: max.map(readValue),
  };
  return { ...curve, off: off * spread(curve) };
}

function readValue(value: SentValue): number {
  return typeof value === 'number' ? value : Number(value);
}
