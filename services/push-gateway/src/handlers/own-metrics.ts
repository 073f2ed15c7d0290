import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { Bridge } from 'ml-otel-bridge';
import type { RequestMetrics } from '../telemetry/request-metrics.ts';

const HEADERS = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };

/** `GET /metrics`: what the gateway and its bridge tell of themselves, as Prometheus text. */
export function getOwnMetrics(bridge: Pick<Bridge, 'selfMetrics'>, requests: RequestMetrics) {
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);
  return async (): Promise<Response> => {
    const [own, http] = await Promise.all([bridge.selfMetrics(), requests.collect()]);
    const together = { resource: own.resource, scopeMetrics: [...own.scopeMetrics, ...http.scopeMetrics] };
    return new Response(serializer.serialize(together), { headers: HEADERS });
  };
}
