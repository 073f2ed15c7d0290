import type { Connection } from '../../connection/connection.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import { checkWhole } from '../query-error.ts';
import type { TimeRange } from '../time-range.ts';
import { type FacetKey, facetKeys, keyCondition } from './keys.ts';
import {
  FACET_TABLES,
  type FacetSelection,
  type FacetSource,
  facetPieces,
  inQuarters,
  SOURCE_OF,
} from './selection.ts';

export interface FacetsRequest extends FacetSelection {
  /** Default: the 50 most frequent. At most 100. */
  readonly keys?: readonly { readonly key: string; readonly source: FacetSource }[];
  /** Values of each key. Default 10, at most 64. */
  readonly limit?: number;
}

export interface Facets {
  /** What was counted: the range in whole quarters of an hour. */
  readonly range: TimeRange;
  /** Fields first, then the most frequent. */
  readonly facets: readonly Facet[];
}

export interface Facet extends FacetKey {
  /** The most frequent first. */
  readonly values: readonly FacetValue[];
  /** Records have other values, too: more than were asked for, too long to be kept (128 bytes), or not frequent enough. */
  readonly more: boolean;
}

export interface FacetValue {
  readonly value: string;
  /** At least so many records have it; of a key with up to 64 values, exactly so many. */
  readonly records: number;
}

/**
 * What records of a signal have for attributes, and how many have which value, as counted when they came: a record that was
 * sent again counts again, and one whose retention is over may still count.
 */
export async function facets(
  connection: Connection,
  request: FacetsRequest,
  context: QueryContext = {},
): Promise<Facets> {
  const { keys: asked, limit = 10, ...selection } = request;
  checkWhole('limit', limit, { min: 1, max: 64 });
  const keys = await facetKeys(connection, { ...selection, keys: asked, limit: asked ? 100 : 50 }, context);
  const values = await readValues(connection, { selection, keys, limit }, context);
  return {
    range: inQuarters(request.range),
    facets: keys.map((key) => toFacet(key, values.get(nameOf(key)))),
  };
}

interface ValueRow {
  readonly source: FacetSource;
  readonly key: string;
  readonly value: string;
  readonly records: string;
}

async function readValues(
  connection: Connection,
  { selection, keys, limit }: { selection: FacetSelection; keys: readonly FacetKey[]; limit: number },
  context: QueryContext,
): Promise<Map<string, FacetValue[]>> {
  const found = new Map<string, FacetValue[]>();
  if (keys.length === 0) return found;
  const only = keyCondition(keys)!;
  const pieces = facetPieces(selection);
  const table = FACET_TABLES[selection.signal];
  const rows = await readRange<ValueRow>(
    connection,
    {
      tables: [table],
      range: inQuarters(selection.range),
      params: Object.assign({ ...only.params, limit }, ...pieces.map(({ params }) => params)),
      sql: `SELECT source, key, counted.item AS value, sum(counted.count - counted.error) AS records
       FROM (${pieces
         .map(
           ({ sql }) => `
         SELECT ${SOURCE_OF} AS source, Key AS key, approx_top_kMerge(64, 64)(Top) AS top
         FROM ${table}
         WHERE ${sql} AND ${only.sql}
         GROUP BY source, key`,
         )
         .join(' UNION ALL ')}
       )
       ARRAY JOIN top AS counted
       GROUP BY source, key, value
       HAVING records > 0
       ORDER BY records DESC, value
       LIMIT {limit:UInt8} BY source, key`,
    },
    context,
  );
  for (const row of rows) {
    const values = found.get(nameOf(row)) ?? [];
    found.set(nameOf(row), values);
    values.push({ value: row.value, records: Number(row.records) });
  }
  return found;
}

function toFacet(key: FacetKey, values: readonly FacetValue[] = []): Facet {
  const shown = values.reduce((sum, { records }) => sum + records, 0);
  return { ...key, values, more: shown < key.records };
}

function nameOf({ source, key }: Pick<FacetKey, 'source' | 'key'>): string {
  return `${source} ${key}`;
}
