import * as v from 'valibot';
import { repeatedParameter } from './parameter.ts';

const QUANTILE = v.pipe(
  v.string(),
  v.check(
    (text) => /^(0(\.\d{1,9})?|1(\.0{1,9})?)$/.test(text),
    'expected a number from 0 to 1, such as 0.99',
  ),
  v.transform(Number),
);

/** `quantile=0.5&quantile=0.99` */
export const QUANTILES = v.optional(
  repeatedParameter(QUANTILE, {
    description: 'Quantiles of the durations, 0 to 1.',
    maxItems: 20,
    items: { type: 'string', pattern: '^(0(\\.[0-9]{1,9})?|1(\\.0{1,9})?)$' },
  }),
  ['0.5', '0.9', '0.99'],
);
