import type { Connection } from '../../connection/connection.ts';
import { allOf, type Condition } from '../condition.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import { checkWhole } from '../query-error.ts';
import { isEmptyRange, secondsIn, type TimeRange } from '../time-range.ts';
import { spansIn } from '../traces/span-time.ts';
import { MINUTE } from './minutes.ts';
import { durations } from './red.ts';

/** What an edge ends at: a service, or something that sends no spans of its own and is known by what its callers say. */
export interface MapNode {
  readonly kind: 'service' | 'database' | 'messaging' | 'external';
  readonly name: string;
}

export interface MapEdge {
  readonly from: MapNode;
  readonly to: MapNode;
  /** Spans of the callee where it is a service that sends them, else of the caller. */
  readonly calls: number;
  /** Of these, with the status Error. */
  readonly errors: number;
  /** Nanoseconds, estimated (t-digest), in the order of the quantiles asked for. */
  readonly durations: readonly number[];
}

export interface ServiceMap {
  /** Those with the most calls first. At most 1,000. */
  readonly edges: readonly MapEdge[];
  /** One trace in so many was read, and the counts are multiplied by it: 1 where all were read. */
  readonly sampledOneIn: number;
  /** Requests whose caller's span was not found within five minutes before the range: not sent, or begun earlier. Their edges are missing. */
  readonly callersNotFound: number;
}

export interface ServiceMapRequest {
  readonly range: TimeRange;
  /** Spans to read, about. Default a million, at most ten millions: whole traces are left out beyond it. */
  readonly maxSpans?: number;
  /** 0 to 1, at most 20. Default 0.5, 0.9, 0.99. */
  readonly quantiles?: readonly number[];
}

/** Else every look-up in a map reads the map again, and each is made for every span: four times as slow, measured. */
const LOOK_UPS = "optimize_functions_to_subcolumns = 0, short_circuit_function_evaluation = 'force_enable'";

const MAX_EDGES = 1_000;

/** A caller's span begins before its callee's, mostly by less than this. */
const REACH = 5n * MINUTE;

const attribute = (...keys: readonly string[]) =>
  `coalesce(${keys.map((key) => `nullIf(SpanAttributes['${key}'], '')`).join(', ')}, '')`;
const ADDRESS = attribute('server.address', 'net.peer.name', 'peer.address', 'http.host');
const QUEUE = `trim(concat(${attribute('messaging.system')}, ' ', ${attribute('messaging.destination.name', 'messaging.destination')}))`;

/** Whom a span without a callee's span has called, by OpenTelemetry's semantic conventions, the old names too. */
const TARGET = `multiIf(
  ${attribute('peer.service')} != '', ('service', ${attribute('peer.service')}),
  ${attribute('db.system.name', 'db.system')} != '', ('database', trim(concat(${attribute('db.system.name', 'db.system')}, ' ', ${attribute('db.namespace', 'db.name', 'server.address', 'net.peer.name')}))),
  ${attribute('messaging.system')} != '', ('messaging', ${QUEUE}),
  ${ADDRESS} != '', ('external', ${ADDRESS}),
  ('external', ${attribute('rpc.service')}))`;

/**
 * Who calls whom, from spans: a request (Server, Consumer) and the span that it says is its parent, where that is of
 * another service; and what outgoing spans (Client, Producer) without such a request, and consumers without such a
 * parent, say of the other side.
 */
export async function serviceMap(
  connection: Connection,
  { range, maxSpans = 1_000_000, quantiles = [0.5, 0.9, 0.99] }: ServiceMapRequest,
  context: QueryContext = {},
): Promise<ServiceMap> {
  checkWhole('maxSpans', maxSpans, { min: 1, max: 10_000_000 });
  const digest = durations(quantiles);
  if (isEmptyRange(range)) return { edges: [], sampledOneIn: 1, callersNotFound: 0 };
  const around = { from: range.from - REACH, to: range.to + REACH };
  const oneIn = Math.max(1, Math.ceil((await countSpans(connection, around, context)) / maxSpans));
  const { calls, params } = callsOf(range, around, oneIn);
  const rows = await readRange<EdgeRow>(
    connection,
    {
      tables: ['otel_traces'],
      range: around,
      params,
      sql: `SELECT fromKind, fromName, toKind, toName, count() AS calls, countIf(error) AS errors, ${digest} AS durations
        FROM (${calls})
        GROUP BY fromKind, fromName, toKind, toName
        ORDER BY fromKind = 'unknown', calls DESC, fromName, toName, fromKind, toKind
        SETTINGS ${LOOK_UPS}`,
    },
    context,
  );
  const known = rows.filter(
    (row): row is EdgeRow & { fromKind: MapNode['kind'] } => row.fromKind !== 'unknown',
  );
  const lost = rows.slice(known.length).reduce((sum, { calls }) => sum + Number(calls), 0);
  return {
    edges: known.slice(0, MAX_EDGES).map((row) => toEdge(row, oneIn)),
    sampledOneIn: oneIn,
    callersNotFound: lost * oneIn,
  };
}

async function countSpans(connection: Connection, range: TimeRange, context: QueryContext): Promise<number> {
  const minutes = secondsIn('Minute', range);
  const [row] = await readRange<{ spans: string }>(
    connection,
    {
      tables: ['otel_traces_minutes'],
      range,
      params: minutes.params,
      sql: `SELECT sum(Spans) AS spans FROM otel_traces_minutes WHERE ${minutes.sql}`,
    },
    context,
  );
  return Number(row!.spans);
}

/** A SELECT of every call: fromKind, fromName, toKind, toName, Duration, error. The kind of a caller that is not found is `unknown`. */
function callsOf(range: TimeRange, around: TimeRange, oneIn: number) {
  const sampled: Condition = {
    sql: "TraceId != '' AND cityHash64(TraceId) % {oneIn:UInt64} = 0",
    params: { oneIn },
  };
  const inside = allOf([spansIn(range), sampled]);
  const near = allOf([spansIn(around, 'near'), sampled]);
  const id = 'cityHash64(TraceId, SpanId)';
  const parent = 'cityHash64(TraceId, ParentSpanId)';
  const request = "SpanKind IN ('Server', 'Consumer')";
  const calls = `
  SELECT multiIf(isChild AND found AND service != ServiceName, 'service', consumed, 'messaging', found, 'itself', 'unknown') AS fromKind,
    if(fromKind = 'service', service, queue) AS fromName, 'service' AS toKind, ServiceName AS toName, Duration, error
  FROM (
    SELECT ${parent} AS parent, ParentSpanId != '' AS isChild, ServiceName, Duration, StatusCode = 'Error' AS error,
      SpanKind = 'Consumer' AND SpanAttributes['messaging.system'] != '' AS consumed, if(consumed, ${QUEUE}, '') AS queue
    FROM otel_traces WHERE ${inside.sql} AND ${request} AND (isChild OR consumed)
  ) AS callee
  LEFT ANY JOIN (
    SELECT ${id} AS id, ServiceName AS service, true AS found FROM otel_traces WHERE ${near.sql}
  ) AS caller ON callee.parent = caller.id
  WHERE fromKind != 'itself'
  UNION ALL
  SELECT 'service' AS fromKind, ServiceName AS fromName, target.1 AS toKind, target.2 AS toName, Duration, error
  FROM (
    SELECT ServiceName, Duration, StatusCode = 'Error' AS error, ${TARGET} AS target
    FROM otel_traces WHERE ${inside.sql} AND SpanKind IN ('Client', 'Producer')
      AND ${id} NOT IN (SELECT ${parent} FROM otel_traces WHERE ${near.sql} AND ${request} AND ParentSpanId != '')
  )
  WHERE toName != ''`;
  return { calls, params: { ...inside.params, ...near.params } };
}

interface EdgeRow {
  readonly fromKind: MapNode['kind'] | 'unknown';
  readonly fromName: string;
  readonly toKind: MapNode['kind'];
  readonly toName: string;
  readonly calls: string;
  readonly errors: string;
  readonly durations: readonly number[];
}

function toEdge(row: EdgeRow & { readonly fromKind: MapNode['kind'] }, oneIn: number): MapEdge {
  return {
    from: { kind: row.fromKind, name: row.fromName },
    to: { kind: row.toKind, name: row.toName },
    calls: Number(row.calls) * oneIn,
    errors: Number(row.errors) * oneIn,
    durations: row.durations,
  };
}
