import type { Page } from '@ml-otel/telemetry-store/queries';
import * as v from 'valibot';
import { textParameter, wholeParameter } from './parameter.ts';

/** The entries of a query for a page. */
export const PAGING = {
  limit: v.optional(
    wholeParameter({ min: 1, max: 10_000 }, { description: 'How many rows at most.' }),
    '100',
  ),
  cursor: v.optional(
    textParameter(
      {
        description: 'From an earlier answer: `older` or `newer`, to go on from there. Opaque.',
        pattern: '^[A-Za-z0-9_-]+$',
      },
      { max: 4_096 },
    ),
  ),
  order: v.optional(
    v.pipe(
      v.picklist(['older', 'newer']),
      v.description('Which way to walk: `older` begins with the newest.'),
    ),
    'older',
  ),
};

export interface AskedPage {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly order: 'older' | 'newer';
}

/** What was asked for in the words of the store. */
export function pageRequest({ limit, cursor, order }: AskedPage) {
  return { limit, direction: order, ...(cursor !== undefined && { cursor }) };
}

/** An answer of rows, and where to go on. */
export function pageOf<Row extends v.GenericSchema>(row: Row) {
  return v.object({
    rows: v.pipe(v.array(row), v.description('In the order of the walk.')),
    more: v.pipe(
      v.boolean(),
      v.description('Whether there are rows beyond these, in the direction of the walk.'),
    ),
    older: v.optional(
      v.pipe(v.string(), v.description('The cursor with which a walk to older rows goes on.')),
    ),
    newer: v.optional(
      v.pipe(v.string(), v.description('The cursor with which a walk to newer rows goes on.')),
    ),
  });
}

export function toPage<Row, Json>({ rows, more, older, newer }: Page<Row>, toJson: (row: Row) => Json) {
  return {
    rows: rows.map(toJson),
    more,
    ...(older !== undefined && { older }),
    ...(newer !== undefined && { newer }),
  };
}

/** The cursor with which the same walk goes on; undefined at its end. */
export function nextOf(
  page: { readonly more: boolean; readonly older?: string; readonly newer?: string },
  { order }: AskedPage,
): string | undefined {
  return page.more ? page[order] : undefined;
}
