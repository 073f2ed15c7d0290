import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { Hono } from 'hono';
import type { Admission } from '../access/admission.ts';
import type { IngestMetrics } from '../telemetry/ingest-metrics.ts';

export interface OperationsParts {
  readonly metrics: Pick<IngestMetrics, 'collect'>;
  /** Why telemetry is not taken; undefined when it is. */
  notReady(): string | undefined;
  readonly admission: Admission | undefined;
}

const PROMETHEUS = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };

/** What those who run the explorer look at: health, readiness, its own metrics. */
export function createOperationsApp({ metrics, notReady, admission }: OperationsParts): Hono {
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);
  const app = new Hono();
  app.get('/healthz', (c) => c.json({ status: 'alive' }));
  app.get('/readyz', (c) => {
    const reason = notReady();
    return reason === undefined ? c.json({ status: 'ready' }) : c.json({ status: 'not ready', reason }, 503);
  });
  app.get('/metrics', async (c) => {
    if (admission !== undefined && !admission.admits(c.req.header('authorization'))) {
      return c.text('send the header "Authorization: Bearer <token>"\n', 401, {
        'www-authenticate': 'Bearer realm="explorer"',
      });
    }
    const { resourceMetrics } = await metrics.collect();
    return c.body(serializer.serialize(resourceMetrics), 200, PROMETHEUS);
  });
  return app;
}
