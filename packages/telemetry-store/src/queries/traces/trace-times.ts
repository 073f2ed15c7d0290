import type { Connection, Parameters } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { later, NANOS_PER_SECOND, type TimeRange } from '../time-range.ts';

/** A span that ends before it begins, as clocks that were set have it, begins after the end that the table knows. */
const CLOCK_SLACK = 3600n * NANOS_PER_SECOND;

/** Reads from when to when these traces are; apart, so that a test can ask how the engine goes about it. */
export function traceTimesStatement(traceIds: readonly string[]): { sql: string; params: Parameters } {
  return {
    sql: `SELECT TraceId AS traceId, toUnixTimestamp64Nano(min(Start)) AS start, toUnixTimestamp64Nano(max(End)) AS end
FROM otel_traces_trace_id_ts
WHERE TraceId IN {traceIds:Array(String)}
GROUP BY TraceId`,
    params: { traceIds },
  };
}

/** Between which times to look for the spans of these traces, by trace id; those that there are none of are missing. */
export async function readTraceTimes(
  connection: Connection,
  traceIds: readonly string[],
  context: QueryContext,
): Promise<Map<string, TimeRange>> {
  if (traceIds.length === 0) return new Map();
  const { sql, params } = traceTimesStatement(traceIds);
  const rows = await connection.query<{ traceId: string; start: string; end: string }>(sql, {
    ...context,
    params,
  });
  return new Map(
    rows.map(({ traceId, start, end }) => {
      const from = BigInt(start);
      return [traceId, { from, to: later(from, BigInt(end)) + CLOCK_SLACK }];
    }),
  );
}

/** The same within one question, which asks of a trace once. */
export class TraceTimes {
  readonly #connection: Connection;
  readonly #context: QueryContext;
  readonly #known = new Map<string, TimeRange>();

  constructor(connection: Connection, context: QueryContext) {
    this.#connection = connection;
    this.#context = context;
  }

  async of(traceIds: readonly string[]): Promise<Map<string, TimeRange>> {
    const unknown = traceIds.filter((id) => !this.#known.has(id));
    const found = await readTraceTimes(this.#connection, unknown, this.#context);
    for (const [id, times] of found) this.#known.set(id, times);
    return new Map(
      traceIds.flatMap((id) => {
        const times = this.#known.get(id);
        return times === undefined ? [] : [[id, times]];
      }),
    );
  }
}
