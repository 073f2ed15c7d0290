import type { Context } from 'hono';
import { problem } from '../http/problem.ts';
import { bodyFormat } from '../ingest/body-format.ts';
import { ingestBody } from '../ingest/ingest-body.ts';
import type { BodyLimits, Recorder } from '../ingest/ingestion.ts';
import { createPace } from '../ingest/pace.ts';
import type { Readiness } from '../readiness.ts';
import { answer, otlpAnswer } from './ingestion-answer.ts';

export interface PostMetricsParts {
  readonly recorder: Recorder;
  readonly readiness: Readiness;
  readonly limits: BodyLimits;
  /** Where OTLP is taken. */
  readonly otlpAddress: string;
}

/**
 * `POST /v1/metrics`: snapshots in, and an answer once each is kept or refused. While more comes than the receiver takes
 * in the moment, senders wait for their answers rather than being sent away with 429.
 */
export function postMetrics({ recorder, readiness, limits, otlpAddress }: PostMetricsParts) {
  const pace = createPace(recorder.stats);
  return async (c: Context): Promise<Response> => {
    const request = c.req.raw;
    const format = bodyFormat(request.headers);
    if (format.kind === 'otlp') return otlpAnswer(otlpAddress);
    if (format.kind === 'unsupported') {
      return problem(415, 'unsupported-media-type', format.detail, { headers: format.headers ?? {} });
    }
    if (readiness.draining) {
      return problem(503, 'shutting-down', 'send it again to the gateway’s next process', {
        headers: { 'retry-after': '5', connection: 'close' },
      });
    }
    if (pace.isAhead) await pace.pause();
    const ingestion = await ingestBody(request, recorder, { ...format, limits, pace });
    readiness.observe(ingestion);
    return answer(ingestion, { draining: readiness.draining, otlpAddress });
  };
}
