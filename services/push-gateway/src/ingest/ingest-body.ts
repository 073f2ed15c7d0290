import { BodyTooLarge, bodyStream, readText } from './body-stream.ts';
import { ingestJson } from './ingest-json.ts';
import { endOf, ingestLines } from './ingest-lines.ts';
import type { BodyLimits, Ingestion, Recorder } from './ingestion.ts';
import { Tally } from './tally.ts';

export interface IngestBodyOptions {
  readonly kind: 'json' | 'lines';
  readonly gzip: boolean;
  readonly limits: BodyLimits;
}

/** Takes a request's body. Never throws for what is in it. */
export async function ingestBody(
  request: Request,
  recorder: Recorder,
  { kind, gzip, limits }: IngestBodyOptions,
): Promise<Ingestion> {
  const maxBytes = kind === 'json' ? Math.min(limits.maxJsonBytes, limits.maxBodyBytes) : limits.maxBodyBytes;
  const declared = Number(request.headers.get('content-length') ?? Number.NaN);
  if (declared > maxBytes) return failed(new BodyTooLarge(maxBytes));
  if (kind === 'lines') return ingestLines(bodyStream(request, { gzip, maxBytes }), recorder);
  try {
    // Bun's own reading is several times faster than its streams, and a declared length bounds it.
    const text =
      !gzip && declared <= maxBytes
        ? await request.text()
        : await readText(bodyStream(request, { gzip, maxBytes }));
    return ingestJson(text, recorder);
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Ingestion {
  return { tally: new Tally(), end: endOf(error, 0), otlp: false };
}
