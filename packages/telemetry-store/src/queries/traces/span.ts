/** A span as the store has it. Times are nanoseconds since 1970, ids lower-case hex. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  readonly service: string;
  readonly scope: string;
  readonly start: bigint;
  /** Nanoseconds. */
  readonly duration: bigint;
  readonly status: string;
  readonly statusMessage: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string>>;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

export interface SpanEvent {
  readonly time: bigint;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

type Attributes = Readonly<Record<string, string>>;

export interface SpanRow extends Omit<Span, 'start' | 'duration' | 'events' | 'links'> {
  readonly start: string;
  readonly duration: string;
  readonly eventTimes: readonly string[];
  readonly eventNames: readonly string[];
  readonly eventAttributes: readonly Attributes[];
  readonly linkTraceIds: readonly string[];
  readonly linkSpanIds: readonly string[];
  readonly linkAttributes: readonly Attributes[];
}

export const SPAN_COLUMNS = `
  TraceId AS traceId, SpanId AS spanId, ParentSpanId AS parentSpanId, SpanName AS name, SpanKind AS kind,
  ServiceName AS service, ScopeName AS scope, toUnixTimestamp64Nano(Timestamp) AS start,
  Duration AS duration, StatusCode AS status, StatusMessage AS statusMessage,
  SpanAttributes AS attributes, ResourceAttributes AS resource,
  arrayMap(time -> toUnixTimestamp64Nano(time), Events.Timestamp) AS eventTimes,
  Events.Name AS eventNames, Events.Attributes AS eventAttributes,
  Links.TraceId AS linkTraceIds, Links.SpanId AS linkSpanIds, Links.Attributes AS linkAttributes`;

export function toSpan(row: SpanRow): Span {
  const { eventTimes, eventNames, eventAttributes, linkTraceIds, linkSpanIds, linkAttributes, ...plain } =
    row;
  return {
    ...plain,
    start: BigInt(row.start),
    duration: BigInt(row.duration),
    events: eventTimes.map((time, i) => ({
      time: BigInt(time),
      name: eventNames[i]!,
      attributes: eventAttributes[i]!,
    })),
    links: linkTraceIds.map((traceId, i) => ({
      traceId,
      spanId: linkSpanIds[i]!,
      attributes: linkAttributes[i]!,
    })),
  };
}
