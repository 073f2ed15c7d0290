import type { Connection, Parameters } from '../../connection/connection.ts';
import type { Condition } from '../condition.ts';
import { inWindows, type Page, type PagePart, type PageRequest, readPage } from '../page.ts';
import type { QueryContext } from '../query-context.ts';
import { type SpanFilter, spanCondition } from './filter.ts';
import { SPAN_COLUMNS, type Span, type SpanRow, toSpan } from './span.ts';
import { spansIn } from './span-time.ts';

export type SpanPageRequest = PageRequest & SpanFilter;

/** Its ids name a span; one that was sent twice is there twice. */
const SPAN_KEY = 'concat(TraceId, SpanId)';

interface KeyedSpan extends Span {
  readonly time: bigint;
  readonly id: string;
}

/** The statement that reads one part of a page; apart, so that a test can ask how the engine goes about it. */
export function spanPageStatement(part: PagePart, filter: Condition): { sql: string; params: Parameters } {
  const order = part.direction === 'older' ? 'DESC' : 'ASC';
  const time = spansIn(part.window);
  return {
    sql: `SELECT ${SPAN_COLUMNS}
FROM otel_traces
WHERE ${time.sql}
  AND ${filter.sql}${part.beyond === undefined ? '' : ` AND ${part.beyond.sql}`}
ORDER BY Timestamp ${order}, ${SPAN_KEY} ${order}
LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    params: {
      ...filter.params,
      ...part.beyond?.params,
      ...time.params,
      limit: part.limit,
      offset: part.offset,
    },
  };
}

/**
 * Spans that begin in a time range, a page at a time, newest or oldest first; of those that begin together by trace and
 * span id. A cursor may be used with another filter or range: it is a place, no more.
 *
 * @throws QueryError for a cursor that is none, and for a limit out of bounds
 */
export async function spanPage(
  connection: Connection,
  request: SpanPageRequest,
  context: QueryContext = {},
): Promise<Page<Span>> {
  const filter = spanCondition(request);
  const page = await readPage<KeyedSpan>(
    {
      name: 'spans',
      id: { sql: SPAN_KEY, type: 'String' },
      read: inWindows(async (part) => {
        const { sql, params } = spanPageStatement(part, filter);
        return (await connection.query<SpanRow>(sql, { ...context, params })).map(toKeyed);
      }),
      countAlike: async ({ time, id }) => {
        const at = spansIn({ from: time, to: time + 1n });
        const [row] = await connection.query<{ alike: string }>(
          `SELECT count() AS alike FROM otel_traces WHERE ${at.sql} AND ${SPAN_KEY} = {id:String} AND ${filter.sql}`,
          { ...context, params: { ...filter.params, ...at.params, id } },
        );
        return Number(row!.alike);
      },
    },
    request,
  );
  return { ...page, rows: page.rows.map(({ time: _, id: __, ...span }) => span) };
}

function toKeyed(row: SpanRow): KeyedSpan {
  const span = toSpan(row);
  return { ...span, time: span.start, id: span.traceId + span.spanId };
}
