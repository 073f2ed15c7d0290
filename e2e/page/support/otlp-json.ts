/** Builds OTLP/JSON requests, and sends them to an explorer. Times are nanoseconds since 1970. */
type Value = string | number | boolean | readonly string[];
export type Values = Readonly<Record<string, Value>>;

export interface LogMade {
  readonly time: bigint;
  readonly severity: number;
  readonly body: string;
  readonly eventName?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes?: Values;
}

export interface SpanMade {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly start: bigint;
  readonly duration: bigint;
  readonly error?: string;
  readonly attributes?: Values;
  readonly events?: readonly { readonly time: bigint; readonly name: string; readonly attributes?: Values }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

export interface Sender {
  logs(service: string, logs: readonly LogMade[], resource?: Values): Promise<void>;
  spans(service: string, spans: readonly SpanMade[], resource?: Values): Promise<void>;
  /** As OTLP/JSON has a metric. */
  metrics(service: string, metrics: readonly object[], resource?: Values): Promise<void>;
}

/** @param url of the explorer's OTLP/HTTP */
export function otlpSender(url: string): Sender {
  const scope = { name: 'sample', version: '1.0.0' };
  return {
    logs: (service, logs, resource = {}) =>
      post(`${url}/v1/logs`, {
        resourceLogs: [
          { resource: resourceOf(service, resource), scopeLogs: [{ scope, logRecords: logs.map(logJson) }] },
        ],
      }),
    spans: (service, spans, resource = {}) =>
      post(`${url}/v1/traces`, {
        resourceSpans: [
          { resource: resourceOf(service, resource), scopeSpans: [{ scope, spans: spans.map(spanJson) }] },
        ],
      }),
    metrics: (service, metrics, resource = {}) =>
      post(`${url}/v1/metrics`, {
        resourceMetrics: [{ resource: resourceOf(service, resource), scopeMetrics: [{ scope, metrics }] }],
      }),
  };
}

async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok || answer.includes('rejected'))
    throw new Error(`${url} answered ${response.status}: ${answer}`);
}

function resourceOf(service: string, values: Values): object {
  return { attributes: keyValues({ 'service.name': service, ...values }) };
}

export function keyValues(values: Values = {}): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: Value): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map(anyValue) } };
}

function logJson({ time, severity, body, eventName, traceId, spanId, attributes }: LogMade): object {
  return {
    timeUnixNano: String(time),
    severityNumber: severity,
    body: { stringValue: body },
    attributes: keyValues(attributes),
    ...(eventName !== undefined && { eventName }),
    ...(traceId !== undefined && { traceId }),
    ...(spanId !== undefined && { spanId }),
  };
}

function spanJson({
  start,
  duration,
  error,
  attributes,
  events = [],
  links = [],
  ...span
}: SpanMade): object {
  return {
    ...span,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + duration),
    status: error === undefined ? {} : { code: 2, message: error },
    attributes: keyValues(attributes),
    events: events.map((event) => ({
      timeUnixNano: String(event.time),
      name: event.name,
      attributes: keyValues(event.attributes),
    })),
    links,
  };
}
