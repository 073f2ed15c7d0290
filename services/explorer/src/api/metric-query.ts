import type { Connection } from '@ml-otel/telemetry-store';
import {
  type AttributeFilter,
  type HistogramPoint,
  type MetricGroup,
  type MetricPoint,
  type MetricSelection,
  metricHistogram,
  metricIncrease,
  metricRate,
  metricSummary,
  metricValues,
  type OverSeries,
  type QueryContext,
  type SummaryPoint,
  type TimeRange,
} from '@ml-otel/telemetry-store/queries';
import { Problem } from './problem.ts';
import { given } from './schema/given.ts';
import type { AGGREGATIONS, METRIC_TYPES } from './schema/metric-query.ts';
import { type JsonNumber, toJsonNumber } from './schema/number.ts';
import { chartTime } from './schema/time.ts';

type Aggregation = (typeof AGGREGATIONS)[number];
type MetricType = (typeof METRIC_TYPES)[number];

export interface MetricQuery {
  readonly metric: string;
  readonly aggregation: Aggregation;
  readonly across: OverSeries;
  readonly type?: MetricType | undefined;
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

/**
 * One question, answered by the query of the store that knows the metric's kind; by column.
 *
 * @throws Problem `invalid-request`, where the aggregation is none of such a metric
 */
export async function queryMetric(
  store: Connection,
  asked: MetricQuery,
  context: QueryContext,
): Promise<GroupColumns[]> {
  const selection = selectionOf(asked);
  const { aggregation: overTime, across: overSeries, quantile: quantiles } = asked;
  const type = typeOf(asked);
  if (type !== 'gauge' && (overTime === 'rate' || overTime === 'increase')) {
    const grown = overTime === 'rate' ? metricRate : metricIncrease;
    return (await grown(store, { ...selection, type }, context)).map(valueColumns);
  }
  switch (type) {
    case 'histogram':
    case 'exponential_histogram': {
      const groups = await metricHistogram(store, { ...selection, type, quantiles }, context);
      return groups.map((group) => histogramColumns(group, quantiles));
    }
    case 'summary':
      return (await metricSummary(store, selection, context)).map(summaryColumns);
    default:
      return (
        await metricValues(
          store,
          {
            ...selection,
            type,
            overTime: overTime as Exclude<typeof overTime, 'quantile' | 'rate' | 'increase'>,
            overSeries,
          },
          context,
        )
      ).map(valueColumns);
  }
}

const COUNTED = ['sum', 'histogram', 'exponential_histogram', 'summary'] as const;

const OF: Readonly<Record<Aggregation, readonly [MetricType, ...MetricType[]]>> = {
  last: ['gauge', 'sum'],
  avg: ['gauge', 'sum'],
  min: ['gauge', 'sum'],
  max: ['gauge', 'sum'],
  sum: ['gauge', 'sum'],
  rate: COUNTED,
  increase: COUNTED,
  quantile: ['histogram', 'exponential_histogram', 'summary'],
};

function typeOf({ aggregation, type }: MetricQuery): MetricType {
  const possible = OF[aggregation];
  if (type === undefined) return possible[0];
  if (possible.includes(type)) return type;
  throw new Problem('invalid-request', 'parameters that are not right: see the issues', [
    { parameter: 'type', detail: `${aggregation} is of: ${possible.join(', ')}` },
  ]);
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

function histogramColumns(
  { group, points }: MetricGroup<HistogramPoint>,
  asked: readonly number[],
): GroupColumns {
  return withCounts(
    group,
    points,
    asked.map((quantile, index) => [
      String(quantile),
      points.map(({ quantiles }) => toJsonNumber(quantiles[index]!)),
    ]),
  );
}

function summaryColumns({ group, points }: MetricGroup<SummaryPoint>): GroupColumns {
  const sent = [...new Set(points.flatMap((point) => point.quantiles.map(({ quantile }) => quantile)))];
  const column = (quantile: number, bound: 'min' | 'max'): [string, JsonNumber[]] => [
    `${quantile} ${bound}`,
    points.map(({ quantiles }) =>
      toJsonNumber(quantiles.find((one) => one.quantile === quantile)?.[bound] ?? Number.NaN),
    ),
  ];
  return withCounts(
    group,
    points,
    sent.sort((a, b) => a - b).flatMap((quantile) => [column(quantile, 'min'), column(quantile, 'max')]),
  );
}

function withCounts(
  group: readonly string[],
  points: readonly { readonly time: bigint; readonly count: number; readonly sum: number }[],
  quantiles: readonly (readonly [string, JsonNumber[]])[],
): GroupColumns {
  return {
    group: [...group],
    times: points.map(({ time }) => chartTime(time)),
    columns: {
      count: points.map(({ count }) => toJsonNumber(count)),
      sum: points.map(({ sum }) => toJsonNumber(sum)),
      ...Object.fromEntries(quantiles),
    },
  };
}
