import { allOf, bound, type Condition } from '../condition.ts';
import { isEmptyRange, later, NANOS_PER_SECOND, secondsIn, type TimeRange } from '../time-range.ts';

export type FacetSignal = 'logs' | 'traces';

/** What the facets of a signal are asked about. Filters other than the service have no facets: those are counted as records come. */
export interface FacetSelection {
  readonly signal: FacetSignal;
  /** Widened to whole quarters of an hour. */
  readonly range: TimeRange;
  /** Default: all services. */
  readonly service?: string;
}

/**
 * A `field` is one that every record has: of logs `severity` (the number), `service` and `event`, of traces `service`,
 * `name`, `kind` and `status`. An `attribute` is the record's own, or its resource's where it has none of that key.
 */
export type FacetSource = 'field' | 'attribute';

export const FACET_TABLES = { logs: 'otel_logs_facets', traces: 'otel_traces_facets' } as const;

/** Of a rollup's row, for ORDER BY of either kind. */
export const SOURCE_OF = "if(IsField, 'field', 'attribute')";

/** The lower bounds of the counts of each value, as an array of (value, count). */
export const LEAST_COUNTS = 'arrayMap(one -> (one.item, one.count - one.error), finalizeAggregation(Top))';

const QUARTER = 900n * NANOS_PER_SECOND;
const HOUR = 4n * QUARTER;

/** As the projection `hours` of the rollups has it, which is used only for these words. */
const HOUR_OF = 'intDiv(toUnixTimestamp64Second(Quarter), 3600)';

/** The range in whole quarters of an hour, outward. */
export function inQuarters({ from, to }: TimeRange): TimeRange {
  if (isEmptyRange({ from, to })) return { from, to };
  const start = from - (((from % QUARTER) + QUARTER) % QUARTER);
  const over = ((to % QUARTER) + QUARTER) % QUARTER;
  return { from: start, to: over === 0n ? to : to + QUARTER - over };
}

/** Rows of the rollup. */
export function facetCondition({ range, service }: FacetSelection): Condition {
  return allOf([
    secondsIn('Quarter', inQuarters(range)),
    bound(service, 'service', 'ServiceName = {service:String}'),
  ]);
}

/**
 * The same in pieces, of which none overlap: the whole hours of a range, which a projection has put together for all services, and
 * the quarters before and after. Each has parameters of its own.
 */
export function facetPieces(selection: FacetSelection): readonly Condition[] {
  const { from, to } = inQuarters(selection.range);
  const first = ((later(from, 0n) + HOUR - 1n) / HOUR) * HOUR;
  const last = (later(to, 0n) / HOUR) * HOUR;
  if (selection.service !== undefined || first >= last) return [facetCondition(selection)];
  const hours = {
    sql: `${HOUR_OF} >= {fromHour:Int64} AND ${HOUR_OF} < {toHour:Int64}`,
    params: { fromHour: first / HOUR, toHour: last / HOUR },
  };
  const ends = [
    { name: 'head', range: { from, to: first } },
    { name: 'tail', range: { from: last, to } },
  ].filter(({ range }) => !isEmptyRange(range));
  return [hours, ...ends.map(({ name, range }) => secondsIn('Quarter', range, name))];
}
