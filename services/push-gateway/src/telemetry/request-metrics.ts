import { PullReader } from '@ml-otel/service-kit/pull-reader';
import type { Attributes } from '@opentelemetry/api';
import { MeterProvider, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** How requests went, as `http.server.request.duration` (OpenTelemetry semantic conventions, HTTP metrics). */
export interface RequestMetrics {
  /** Gives a counter for one route and method; its attributes are made once, not with each request. */
  route(path: string, method: string): (status: number, seconds: number) => void;
  collect(): Promise<ResourceMetrics>;
}

/** Seconds: a push takes well under a millisecond, a long NDJSON body as long as its sender takes. */
const BOUNDARIES = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

export function createRequestMetrics(): RequestMetrics {
  const reader = new PullReader();
  const duration = new MeterProvider({ readers: [reader] })
    .getMeter('push-gateway')
    .createHistogram('http.server.request.duration', {
      unit: 's',
      description: 'Duration of HTTP requests',
      advice: { explicitBucketBoundaries: BOUNDARIES },
    });

  return {
    route(path, method) {
      const byStatus = new Map<number, Attributes>();
      return (status, seconds) => {
        let attributes = byStatus.get(status);
        if (attributes === undefined) {
          attributes = {
            'http.request.method': method,
            'http.route': path,
            'http.response.status_code': status,
          };
          byStatus.set(status, attributes);
        }
        duration.record(seconds, attributes);
      };
    },
    collect: async () => (await reader.collect()).resourceMetrics,
  };
}
