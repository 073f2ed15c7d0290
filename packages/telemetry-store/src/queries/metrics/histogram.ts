import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { QueryError } from '../query-error.ts';
import { explicitHistogram } from './explicit.ts';
import { exponentialHistogram } from './exponential.ts';
import type { HistogramPoint, HistogramRequest } from './histogram-points.ts';
import type { MetricGroup } from './selection.ts';

/**
 * Count, sum and quantiles of the values that came into a histogram in each step, over all series of a group; resets and
 * temporality as in {@link metricIncrease}. Quantiles are estimates, see {@link histogramQuantile} and
 * {@link exponentialQuantile}.
 */
export async function metricHistogram(
  connection: Connection,
  request: HistogramRequest,
  context: QueryContext = {},
): Promise<MetricGroup<HistogramPoint>[]> {
  if (request.quantiles.length > 20 || request.quantiles.some((q) => !(q >= 0 && q <= 1)))
    throw new QueryError('argument', 'quantiles: give at most 20 numbers from 0 to 1');
  const read = request.type === 'exponential_histogram' ? exponentialHistogram : explicitHistogram;
  return read(connection, request, context);
}
