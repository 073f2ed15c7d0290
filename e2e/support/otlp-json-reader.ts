/** Reads OTLP/JSON (the protobuf JSON mapping with the OTLP exceptions) into flat rows. */

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export type Point = {
  readonly metric: string;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  readonly startTime: bigint;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  /** A gauge's or sum's value, NaN and infinities included; a histogram's sum. */
  readonly value: number;
  /** A histogram's count of observations. */
  readonly count?: number;
  readonly bucketCounts?: readonly number[];
  readonly bounds?: readonly number[];
};

export type LogRecord = {
  readonly eventName: string;
  readonly time: bigint;
  readonly body: unknown;
  readonly attributes: Attributes;
  readonly resource: Attributes;
};

// biome-ignore lint/suspicious/noExplicitAny: the wire format is the collector's; a wrong shape fails the test anyway.
type Json = any;

export function* readPoints(request: Json): Generator<Point> {
  for (const { resource, scopeMetrics } of request.resourceMetrics ?? []) {
    const resourceAttributes = attributesOf(resource?.attributes);
    for (const { metrics } of scopeMetrics ?? []) {
      for (const metric of metrics ?? []) yield* pointsOf(metric, resourceAttributes);
    }
  }
}

export function* readLogs(request: Json): Generator<LogRecord> {
  for (const { resource, scopeLogs } of request.resourceLogs ?? []) {
    const resourceAttributes = attributesOf(resource?.attributes);
    for (const { logRecords } of scopeLogs ?? []) {
      for (const record of logRecords ?? []) {
        yield {
          eventName: record.eventName ?? '',
          time: BigInt(record.timeUnixNano ?? 0),
          body: record.body === undefined ? undefined : anyValue(record.body),
          attributes: attributesOf(record.attributes),
          resource: resourceAttributes,
        };
      }
    }
  }
}

function* pointsOf(metric: Json, resource: Attributes): Generator<Point> {
  const kind = (['gauge', 'sum', 'histogram'] as const).find((name) => metric[name] !== undefined);
  if (kind === undefined) throw new Error(`The test's reader knows no points of this metric: ${metric.name}`);
  for (const point of metric[kind].dataPoints ?? []) {
    const common = {
      metric: metric.name,
      kind,
      time: BigInt(point.timeUnixNano ?? 0),
      startTime: BigInt(point.startTimeUnixNano ?? 0),
      attributes: attributesOf(point.attributes),
      resource,
    };
    // proto3's JSON leaves zeros out.
    if (kind !== 'histogram') yield { ...common, value: Number(point.asDouble ?? point.asInt ?? 0) };
    else
      yield {
        ...common,
        value: Number(point.sum ?? 0),
        count: Number(point.count ?? 0),
        bucketCounts: (point.bucketCounts ?? []).map(Number),
        bounds: (point.explicitBounds ?? []).map(Number),
      };
  }
}

function attributesOf(list: Json[] | undefined): Attributes {
  return Object.fromEntries((list ?? []).map(({ key, value }) => [key, anyValue(value) as AttributeValue]));
}

function anyValue(value: Json): unknown {
  if ('intValue' in value) return Number(value.intValue);
  if ('doubleValue' in value) return Number(value.doubleValue);
  if ('arrayValue' in value) return (value.arrayValue.values ?? []).map(anyValue);
  if ('kvlistValue' in value) return attributesOf(value.kvlistValue.values);
  return value.stringValue ?? value.boolValue ?? '';
}
