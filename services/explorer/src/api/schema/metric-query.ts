import * as v from 'valibot';
import { ATTRIBUTE_FILTERS } from './attribute-filter.ts';
import { repeatedParameter, textParameter } from './parameter.ts';
import { QUANTILES } from './quantiles.ts';
import { STEP } from './step.ts';
import { RANGE } from './time-range.ts';

export const AGGREGATIONS = ['last', 'avg', 'min', 'max', 'sum', 'rate', 'increase', 'quantile'] as const;

export const METRIC_TYPES = ['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'] as const;

/** The query of a metric's values over time. */
export const METRIC_QUERY = v.strictObject({
  ...RANGE,
  metric: textParameter({ description: 'The name of the metric.' }),
  aggregation: v.optional(
    v.pipe(
      v.picklist(AGGREGATIONS),
      v.description(
        'What the points of one series in one step become. `last`, `avg`, `min`, `max`, `sum`: of values as they were ' +
          'sent. `rate` (a second) and `increase`: of a sum, whatever its temporality, resets included; of a histogram or ' +
          'summary of how many values came into it. `quantile`: of a histogram of either kind, estimated; of a summary those ' +
          'that were sent; with count and sum beside.',
      ),
    ),
    'avg',
  ),
  across: v.optional(
    v.pipe(
      v.picklist(['sum', 'avg', 'min', 'max']),
      v.description(
        'What the series of one group become. For `rate`, `increase` and `quantile` it is the sum.',
      ),
    ),
    'avg',
  ),
  type: v.optional(
    v.pipe(
      v.picklist(METRIC_TYPES),
      v.description(
        'As what it came, by the catalogue; one name may have come as several. By default what the aggregation is of: a ' +
          '`gauge` of values, a `sum` of `rate` and `increase`, a `histogram` of `quantile`.',
      ),
    ),
  ),
  step: STEP,
  quantile: QUANTILES,
  service: v.optional(textParameter({ description: 'The name of the service.' })),
  run: v.optional(textParameter({ description: 'The id of the run.' })),
  filter: ATTRIBUTE_FILTERS,
  groupBy: v.optional(
    repeatedParameter(textParameter({ description: '' }), {
      description:
        'Keys of attributes, of the point or else of its resource. By default all series are one group.',
      maxItems: 20,
      items: { type: 'string', minLength: 1, maxLength: 1_024 },
    }),
  ),
});
