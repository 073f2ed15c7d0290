import { context, propagation, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import * as v from 'valibot';
import type { Sample } from './samples.ts';

const ANSWER = v.object({ samples: v.array(v.object({ x: v.array(v.number()), y: v.number() })) });

/**
 * Asks the data service for samples, in a client span of the active trace, which the service's spans continue.
 * `route` is the path with names for its variable parts: names of spans must be few.
 *
 * @throws Error where it does not answer within ten seconds, or not with samples
 */
export function fetchSamples(
  tracer: Tracer,
  url: URL,
  { route, signal }: { readonly route: string; readonly signal: AbortSignal },
): Promise<Sample[]> {
  const attributes = { 'http.request.method': 'GET', 'url.full': url.href, 'url.template': route };
  return tracer.startActiveSpan(`GET ${route}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      const headers: Record<string, string> = {};
      propagation.inject(context.active(), headers);
      const response = await fetch(url, {
        headers,
        signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
      });
      span.setAttribute('http.response.status_code', response.status);
      if (!response.ok) throw new Error(`${url.href} answered ${response.status}`);
      return v.parse(ANSWER, await response.json()).samples;
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}
