export type GaugePoint = {
  readonly metric: string;
  readonly value: number;
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** Milliseconds since the epoch; default: now. */
  readonly timeMs?: number;
};

/** Sends gauge points as one OTLP/HTTP JSON request, each sent once, as the bridge does; throws unless accepted. */
export async function sendGauges(httpEndpoint: string, points: readonly GaugePoint[]): Promise<void> {
  const response = await fetch(`${httpEndpoint}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceMetrics: [
        {
          resource: { attributes: attributes({ 'service.name': 'e2e', 'service.instance.id': 'one' }) },
          scopeMetrics: [{ scope: { name: 'e2e' }, metrics: points.map(metricOf) }],
        },
      ],
    }),
  });
  if (!response.ok) throw new Error(`The collector answered ${response.status}: ${await response.text()}`);
}

function metricOf(point: GaugePoint): unknown {
  const timeUnixNano = `${point.timeMs ?? Date.now()}000000`;
  const dataPoint = { timeUnixNano, asDouble: point.value, attributes: attributes(point.attributes ?? {}) };
  return { name: point.metric, gauge: { dataPoints: [dataPoint] } };
}

function attributes(record: Readonly<Record<string, string | number>>): unknown[] {
  return Object.entries(record).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }));
}
