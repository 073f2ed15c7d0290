import { formatPercent, formatWithUnit } from '../ui/format-number.ts';
import type { MetricsSearch } from './metrics-search.ts';

export interface MetricKind {
  readonly type: NonNullable<MetricsSearch['type']>;
  readonly monotonic: boolean;
}

export type Aggregation = NonNullable<MetricsSearch['aggregation']>;

/** What can be asked of a metric of this kind; the first is what it is shown as. */
export function aggregationsOf({ type, monotonic }: MetricKind): readonly [Aggregation, ...Aggregation[]] {
  switch (type) {
    case 'gauge':
      return ['avg', 'last', 'min', 'max', 'sum'];
    case 'sum':
      return monotonic ? ['rate', 'increase', 'last'] : ['last', 'avg', 'min', 'max', 'increase'];
    default:
      return ['quantile', 'rate', 'increase'];
  }
}

/** What was asked for if it can be, else what the kind is shown as. */
export function aggregationOf(kind: MetricKind, asked: Aggregation | undefined): Aggregation {
  const possible = aggregationsOf(kind);
  return asked !== undefined && possible.includes(asked) ? asked : possible[0];
}

/** The unit of what comes out. Of what has quantiles, values are counted: that has none. */
export function unitOf(
  { type, unit }: Pick<MetricKind, 'type'> & { readonly unit: string },
  aggregation: Aggregation,
): string {
  const counted = aggregation === 'rate' || aggregation === 'increase';
  const own = counted && type !== 'sum' ? '' : unit;
  if (aggregation !== 'rate') return own;
  return own === '' || own === '1' ? '/s' : `${own}/s`;
}

/** OpenTelemetry's conventions end so the names of what is a part of a whole, with the unit 1. */
const PART = /[._](utilization|ratio)$/;

/** Writes values of a metric; a part of a whole in percent. @param unit of what is shown, see {@link unitOf} */
export function formatOf(metric: string, unit: string): (value: number) => string {
  if (unit === '1' && PART.test(metric))
    return (value) => (Number.isFinite(value) ? formatPercent(value) : formatWithUnit(value, '1'));
  return (value) => formatWithUnit(value, unit);
}

export interface Group {
  readonly group: readonly string[];
  readonly times: readonly number[];
  readonly columns: Readonly<Record<string, readonly (number | string)[]>>;
}

export interface Curve {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** Columns that are not curves of their own beside quantiles. */
const BESIDE = new Set(['count', 'sum']);

/** Groups have points at steps of their own: here all are on one axis, null where a group has none. */
export function toCurves(groups: readonly Group[]): { times: number[]; curves: Curve[] } {
  const times = [...new Set(groups.flatMap((group) => group.times))].sort((a, b) => a - b);
  const place = new Map(times.map((time, index) => [time, index]));
  const curves = groups.flatMap(({ group, times: own, columns }) =>
    Object.entries(columns)
      .filter(([column]) => !BESIDE.has(column) && !isSameAsMax(column, columns))
      .map(([column, given]) => {
        const values = new Array<number | null>(times.length).fill(null);
        given.forEach((value, index) => {
          values[place.get(own[index]!)!] = typeof value === 'number' ? value : null;
        });
        return { name: curveName(group, column, columns), values };
      }),
  );
  return { times, curves };
}

type Columns = Group['columns'];

/** Of a summary's quantile there are the least and the greatest of all series: of a single series they are one curve. */
function isSameAsMax(column: string, columns: Columns): boolean {
  if (!column.endsWith(' min')) return false;
  const max = columns[column.replace(/min$/, 'max')];
  return max !== undefined && columns[column]!.every((value, index) => value === max[index]);
}

function curveName(group: readonly string[], column: string, columns: Columns): string {
  const labels = group.map((value) => (value === '' ? '(none)' : value)).join(' · ');
  const [number, bound] = column.split(' ');
  const alone = bound === undefined || isSameAsMax(`${number} min`, columns);
  const quantile = column === 'value' ? '' : `p${Number((Number(number) * 100).toPrecision(6))}`;
  return [labels, quantile, alone ? '' : bound].filter((part) => part !== '').join(' ') || 'all';
}

/** NaN and infinities by group, which a line cannot show. */
export function notFinite(groups: readonly Group[]): number {
  return groups.reduce(
    (sum, { columns }) =>
      sum +
      Object.values(columns).reduce(
        (own, values) => own + values.filter((value) => typeof value === 'string').length,
        0,
      ),
    0,
  );
}
