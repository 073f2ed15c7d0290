import type { Connection } from '@ml-otel/telemetry-store';
import {
  type AttributeFilter,
  type MetricGroup,
  type MetricPoint,
  type MetricSelection,
  metricHistogram,
  metricIncrease,
  metricRate,
  metricValues,
  type OverSeries,
  type QueryContext,
  type TimeRange,
} from '@ml-otel/telemetry-store/queries';
import { given } from './schema/given.ts';
import type { AGGREGATIONS } from './schema/metric-query.ts';
import { type JsonNumber, toJsonNumber } from './schema/number.ts';
import { chartTime } from './schema/time.ts';

export interface MetricQuery {
  readonly metric: string;
  readonly aggregation: (typeof AGGREGATIONS)[number];
  readonly across: OverSeries;
  readonly type: 'gauge' | 'sum';
  readonly range: TimeRange;
  /** Nanoseconds. */
  readonly step: bigint;
  readonly quantile: readonly number[];
  readonly service?: string | undefined;
  readonly run?: string | undefined;
  readonly filter?: readonly AttributeFilter[] | undefined;
  readonly groupBy?: readonly string[] | undefined;
}

export interface GroupColumns {
  readonly group: string[];
  readonly times: number[];
  readonly columns: Record<string, JsonNumber[]>;
}

/** One question, answered by the query of the store that knows the metric's kind; by column. */
export async function queryMetric(
  store: Connection,
  asked: MetricQuery,
  context: QueryContext,
): Promise<GroupColumns[]> {
  const selection = selectionOf(asked);
  switch (asked.aggregation) {
    case 'rate':
      return (await metricRate(store, selection, context)).map(valueColumns);
    case 'increase':
      return (await metricIncrease(store, selection, context)).map(valueColumns);
    case 'quantile':
      return quantileColumns(store, { ...selection, quantiles: asked.quantile }, context);
    default: {
      const { aggregation: overTime, across: overSeries, type } = asked;
      return (await metricValues(store, { ...selection, type, overTime, overSeries }, context)).map(
        valueColumns,
      );
    }
  }
}

function selectionOf({ metric, range, step, service, run, filter, groupBy }: MetricQuery): MetricSelection {
  return { metric, range, step, ...given({ service, runId: run, attributes: filter, groupBy }) };
}

function valueColumns({ group, points }: MetricGroup<MetricPoint>): GroupColumns {
  return {
    group: [...group],
    times: points.map(({ time }) => chartTime(time)),
    columns: { value: points.map(({ value }) => toJsonNumber(value)) },
  };
}

async function quantileColumns(
  store: Connection,
  request: MetricSelection & { readonly quantiles: readonly number[] },
  context: QueryContext,
): Promise<GroupColumns[]> {
  const groups = await metricHistogram(store, request, context);
  return groups.map(({ group, points }) => ({
    group: [...group],
    times: points.map(({ time }) => chartTime(time)),
    columns: {
      count: points.map(({ count }) => toJsonNumber(count)),
      sum: points.map(({ sum }) => toJsonNumber(sum)),
      ...Object.fromEntries(
        request.quantiles.map((quantile, index) => [
          String(quantile),
          points.map(({ quantiles }) => toJsonNumber(quantiles[index]!)),
        ]),
      ),
    },
  }));
}
