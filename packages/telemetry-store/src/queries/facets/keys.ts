import type { Connection } from '../../connection/connection.ts';
import { allOf, bound, type Condition } from '../condition.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import { checkWhole, QueryError } from '../query-error.ts';
import {
  FACET_TABLES,
  type FacetSelection,
  type FacetSource,
  facetPieces,
  inQuarters,
  SOURCE_OF,
} from './selection.ts';

export interface FacetKey {
  readonly key: string;
  readonly source: FacetSource;
  /** Records that have it. */
  readonly records: number;
}

export interface FacetKeysRequest extends FacetSelection {
  /** Occurs in the key, whatever the case of its letters. Those that begin with it come first. */
  readonly search?: string;
  /** Only these. At most 100. */
  readonly keys?: readonly { readonly key: string; readonly source: FacetSource }[] | undefined;
  /** Default 100, at most 1,000. */
  readonly limit?: number;
}

/** Keys that records have (of up to 128 bytes): fields first, then the most frequent. */
export async function facetKeys(
  connection: Connection,
  { search, keys, limit = 100, ...selection }: FacetKeysRequest,
  context: QueryContext = {},
): Promise<FacetKey[]> {
  checkWhole('limit', limit, { min: 1, max: 1_000 });
  const condition = allOf([searchCondition('Key', search), keyCondition(keys)]);
  const pieces = facetPieces(selection);
  const table = FACET_TABLES[selection.signal];
  const rows = await readRange<Omit<FacetKey, 'records'> & { records: string }>(
    connection,
    {
      tables: [table],
      range: inQuarters(selection.range),
      params: Object.assign({ ...condition.params, limit }, ...pieces.map(({ params }) => params)),
      sql: `SELECT source, key, sum(counted) AS records
     FROM (${pieces
       .map(
         ({ sql }) => `
       SELECT ${SOURCE_OF} AS source, Key AS key, sum(Records) AS counted
       FROM ${table}
       WHERE ${sql} AND ${condition.sql}
       GROUP BY source, key`,
       )
       .join(' UNION ALL ')}
     )
     GROUP BY source, key
     ORDER BY ${beginsFirst('key', search)} source = 'field' DESC, records DESC, key
     LIMIT {limit:UInt16}`,
    },
    context,
  );
  return rows.map((row) => ({ ...row, records: Number(row.records) }));
}

/** Undefined for all keys. */
export function keyCondition(
  keys: readonly { readonly key: string; readonly source: FacetSource }[] | undefined,
): Condition | undefined {
  if (keys === undefined) return undefined;
  if (keys.length > 100) throw new QueryError('argument', `${keys.length} keys: give at most 100`);
  const of = (source: FacetSource) => keys.filter((one) => one.source === source).map(({ key }) => key);
  return {
    sql: `(IsField AND has({fields:Array(String)}, Key) OR NOT IsField AND has({attributes:Array(String)}, Key))`,
    params: { fields: of('field'), attributes: of('attribute') },
  };
}

/** Binds `search`. */
export function searchCondition(column: string, search: string | undefined): Condition | undefined {
  if (search === undefined || search === '') return undefined;
  return bound(search, 'search', `positionCaseInsensitiveUTF8(${column}, {search:String}) > 0`);
}

/** For ORDER BY, before the rest of it; the parameter is that of {@link searchCondition}. */
export function beginsFirst(column: string, search: string | undefined): string {
  if (search === undefined || search === '') return '';
  return `positionCaseInsensitiveUTF8(${column}, {search:String}) = 1 DESC,`;
}
