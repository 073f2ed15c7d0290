import type { TrainingCurve } from '@ml-otel/telemetry-store/queries';
import * as v from 'valibot';
import { ATTRIBUTES, toAttributes } from './attributes.ts';
import { given } from './given.ts';
import { jsonNumber, toJsonNumber } from './number.ts';
import { roundedValues } from './rounded.ts';

export const CURVE_XS = ['step', 'epoch', 'time', 'relative'] as const;

const X = v.array(v.number());
const VALUES = v.array(jsonNumber('By bucket.'));

export const CURVE = v.pipe(
  v.object({
    run: v.string(),
    metric: v.string(),
    series: v.pipe(v.string(), v.description('Names the curve within its run.')),
    attributes: ATTRIBUTES,
    unit: v.string(),
    by: v.pipe(
      v.picklist(CURVE_XS),
      v.description('By what it is drawn: what was asked for, but for points that have none of it.'),
    ),
    exact: v.pipe(v.boolean(), v.description('Every bucket is one point; else some hold more.')),
    attempts: v.pipe(
      v.array(v.object({ step: v.optional(v.number()), epoch: v.number(), time: v.number() })),
      v.description('Where each begins: one, unless a later point has an earlier step.'),
    ),
    attempt: v.optional(
      v.pipe(v.number(), v.description('Which of them it is; missing where it is what stands after all.')),
    ),
    x: v.pipe(X, v.description('Of the first point in each bucket; times are milliseconds.')),
    xLast: v.pipe(X, v.description('Of the last.')),
    first: VALUES,
    last: VALUES,
    min: v.pipe(VALUES, v.description('Of the finite values; NaN where there is none.')),
    max: VALUES,
    time: v.pipe(X, v.description('Of the earliest point in each bucket, milliseconds since 1970.')),
    timeLast: X,
    notFinite: v.pipe(
      X,
      v.description('Values that are not finite: 1 NaN, 2 Infinity, 4 -Infinity, added up.'),
    ),
  }),
  v.metadata({ ref: 'Curve' }),
);

/** @param values with how many digits: as they are, or {@link roundedValues} */
export function toCurveJson(
  { attempt, ...curve }: TrainingCurve,
  values: 'exact' | 'fine' | 'rounded' = 'exact',
): v.InferOutput<typeof CURVE> {
  const { first, last, min, max } = values === 'exact' ? curve : roundedValues(curve, values);
  return {
    ...curve,
    attributes: toAttributes(curve.attributes),
    attempts: curve.attempts.map(({ step, ...rest }) => ({ ...rest, ...given({ step }) })),
    ...given({ attempt }),
    x: [...curve.x],
    xLast: [...curve.xLast],
    first: first.map(toJsonNumber),
    last: last.map(toJsonNumber),
    min: min.map(toJsonNumber),
    max: max.map(toJsonNumber),
    time: [...curve.time],
    timeLast: [...curve.timeLast],
    notFinite: [...curve.notFinite],
  };
}
