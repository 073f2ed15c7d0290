import type { Connection } from '../../connection/connection.ts';
import { allOf } from '../condition.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import { checkWhole } from '../query-error.ts';
import type { FacetValue } from './facets.ts';
import { beginsFirst, keyCondition, searchCondition } from './keys.ts';
import {
  FACET_TABLES,
  type FacetSelection,
  type FacetSource,
  facetCondition,
  inQuarters,
  LEAST_COUNTS,
} from './selection.ts';

export interface FacetValuesRequest extends FacetSelection {
  readonly key: string;
  readonly source: FacetSource;
  /** Occurs in the value, whatever the case of its letters. Those that begin with it come first. */
  readonly search?: string;
  /** Default 100, at most 1,000. */
  readonly limit?: number;
}

export interface FacetValues {
  /** The most frequent first. */
  readonly values: readonly FacetValue[];
  /** There are more that were found. */
  readonly more: boolean;
  /** Every value of the key is known here. False where some were too long (128 bytes) or too many, as of ids. */
  readonly complete: boolean;
}

/** The values of one key, for completion: see {@link FacetValue} for how well they are counted. */
export async function facetValues(
  connection: Connection,
  { key, source, search, limit = 100, ...selection }: FacetValuesRequest,
  context: QueryContext = {},
): Promise<FacetValues> {
  checkWhole('limit', limit, { min: 1, max: 1_000 });
  const condition = allOf([facetCondition(selection), keyCondition([{ key, source }])]);
  const found = searchCondition('value', search);
  const rows = await readRange<{ value: string; records: string }>(
    connection,
    {
      tables: [FACET_TABLES[selection.signal]],
      range: inQuarters(selection.range),
      params: { ...condition.params, ...found?.params, limit: limit + 1 },
      sql: `SELECT counted.1 AS value, sum(counted.2) AS records
     FROM ${FACET_TABLES[selection.signal]}
     ARRAY JOIN ${LEAST_COUNTS} AS counted
     WHERE ${condition.sql} AND ${found?.sql ?? '1'}
     GROUP BY value
     HAVING records > 0
     ORDER BY ${beginsFirst('value', search)} records DESC, value
     LIMIT {limit:UInt16}`,
    },
    context,
  );
  const [total] = await readRange<{ records: string; known: string }>(
    connection,
    {
      tables: [FACET_TABLES[selection.signal]],
      range: inQuarters(selection.range),
      params: condition.params,
      sql: `SELECT sum(Records) AS records, sum(arraySum(arrayMap(counted -> counted.2, ${LEAST_COUNTS}))) AS known
     FROM ${FACET_TABLES[selection.signal]}
     WHERE ${condition.sql}`,
    },
    context,
  );
  return {
    values: rows.slice(0, limit).map(({ value, records }) => ({ value, records: Number(records) })),
    more: rows.length > limit,
    complete: total!.records === total!.known,
  };
}
