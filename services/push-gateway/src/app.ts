import type { Hono } from 'hono';
import type { Bridge } from 'ml-otel-bridge';
import { getHealth, getReadiness } from './handlers/health.ts';
import { getOwnMetrics } from './handlers/own-metrics.ts';
import { postMetrics } from './handlers/post-metrics.ts';
import type { Guard } from './http/access.ts';
import { createRoutes } from './http/routes.ts';
import type { BodyLimits } from './ingest/ingestion.ts';
import { openApiDocument } from './openapi/document.ts';
import type { Readiness } from './readiness.ts';
import type { RequestMetrics } from './telemetry/request-metrics.ts';

export interface AppParts {
  readonly bridge: Pick<Bridge, 'recordAll' | 'selfMetrics' | 'stats'>;
  readonly readiness: Readiness;
  readonly guard: Guard;
  readonly requests: RequestMetrics;
  readonly limits: BodyLimits;
  /** Where OTLP is taken, for those who send it here. */
  readonly otlpAddress: string;
  /** Told of what no handler expected. */
  onFault(error: unknown): void;
}

/** The gateway's HTTP interface. */
export function createApp(parts: AppParts): Hono {
  const { bridge, readiness, requests } = parts;
  return createRoutes(
    [
      {
        method: 'POST',
        path: '/v1/metrics',
        open: false,
        handle: postMetrics({ ...parts, recorder: bridge }),
      },
      { method: 'GET', path: '/healthz', open: true, handle: getHealth },
      { method: 'GET', path: '/readyz', open: true, handle: getReadiness(readiness) },
      { method: 'GET', path: '/metrics', open: false, handle: getOwnMetrics(bridge, requests) },
      { method: 'GET', path: '/openapi.json', open: false, handle: () => Response.json(openApiDocument()) },
    ],
    parts,
  );
}
