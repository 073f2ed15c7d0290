import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { type CountedSelection, readAdded } from './increase.ts';
import { type MetricGroup, stepOf } from './selection.ts';
import type { MetricPoint } from './values.ts';

/**
 * By how much the series of a sum grew a second, in each step, added up over the series of a group; of a histogram or a
 * summary how many values came into it. What lies between two points came evenly in the time between them, over however many
 * steps that goes: steps may be shorter than the time from point to point, and series may send at different times. A step
 * that is partly told of has the rate of that part.
 */
export function metricRate(
  connection: Connection,
  selection: CountedSelection,
  context: QueryContext = {},
): Promise<MetricGroup<MetricPoint>[]> {
  return readAdded(connection, selection, context, {
    columns: 'group, step, sum(rate) AS value',
    from: (added) => `(
       SELECT group, series, step, 1e9 * sum(added / (time - since) * inStep) / sum(inStep) AS rate
       FROM (
         SELECT group, series, time, since, added, greatest(since, {from:Int64}) AS begin,
           arrayJoin(range(toUInt64(${stepOf('begin')}), toUInt64(${stepOf('(time - 1)')}) + 1)) AS step,
           least(time, {from:Int64} + toInt64(step + 1) * {step:Int64})
             - greatest(begin, {from:Int64} + toInt64(step) * {step:Int64}) AS inStep
         FROM ${added}
         WHERE time > {from:Int64} AND since < time
       )
       GROUP BY group, series, step
     )`,
  });
}
