import type { Condition } from './condition.ts';
import { QueryError } from './query-error.ts';

/** About one attribute: the record's (span's, point's) own, or its resource's where it has none of that key. */
export type AttributeFilter =
  | { readonly key: string; readonly is: 'present' }
  | { readonly key: string; readonly is: 'equal'; readonly value: string }
  /** Also where there is no attribute of that key. */
  | { readonly key: string; readonly is: 'different'; readonly value: string }
  /** Whatever the case of the letters. */
  | { readonly key: string; readonly is: 'containing'; readonly value: string };

const MAX_FILTERS = 50;

/**
 * One condition for each filter; all must hold.
 *
 * @param own the column of the row's own attributes
 */
export function attributeConditions(
  own: 'LogAttributes' | 'SpanAttributes' | 'Attributes',
  filters: readonly AttributeFilter[] = [],
): Condition[] {
  if (filters.length > MAX_FILTERS)
    throw new QueryError('argument', `${filters.length} attribute filters: give at most ${MAX_FILTERS}`);
  return filters.map((filter, index) => {
    const key = `attributeKey${index}`;
    const value = `attributeValue${index}`;
    const present = `mapContains(${own}, {${key}:String}) OR mapContains(ResourceAttributes, {${key}:String})`;
    if (filter.is === 'present') return { sql: present, params: { [key]: filter.key } };
    const found = `if(mapContains(${own}, {${key}:String}), ${own}[{${key}:String}], ResourceAttributes[{${key}:String}])`;
    if (filter.is === 'different')
      return {
        sql: `NOT (${present}) OR ${found} != {${value}:String}`,
        params: { [key]: filter.key, [value]: filter.value },
      };
    const test = {
      equal: `${found} = {${value}:String}`,
      containing: `positionCaseInsensitiveUTF8(${found}, {${value}:String}) > 0`,
    }[filter.is];
    return { sql: `(${present}) AND ${test}`, params: { [key]: filter.key, [value]: filter.value } };
  });
}
