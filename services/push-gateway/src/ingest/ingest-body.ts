import { BodyTooLarge, BrokenBody, bodyStream, readText } from './body-stream.ts';
import { ingestJson } from './ingest-json.ts';
import { endOf, ingestLines } from './ingest-lines.ts';
import type { BodyLimits, Ingestion, Recorder } from './ingestion.ts';
import type { Pace } from './pace.ts';
import { Tally } from './tally.ts';

export interface IngestBodyOptions {
  readonly kind: 'json' | 'lines';
  readonly gzip: boolean;
  readonly limits: BodyLimits;
  readonly pace: Pace;
}

/** Takes a request's body. Never throws for what is in it. */
export async function ingestBody(
  request: Request,
  recorder: Recorder,
  { kind, gzip, limits, pace }: IngestBodyOptions,
): Promise<Ingestion> {
  const maxBytes = kind === 'json' ? Math.min(limits.maxJsonBytes, limits.maxBodyBytes) : limits.maxBodyBytes;
  const declared = Number(request.headers.get('content-length') ?? Number.NaN);
  if (declared > maxBytes) return failed(new BodyTooLarge(maxBytes));
  if (kind === 'lines') return ingestLines(bodyStream(request, { gzip, maxBytes }), recorder, pace);
  let text: string;
  try {
    text = await read(request, { gzip, maxBytes, declared });
  } catch (error) {
    return failed(error);
  }
  return ingestJson(text, recorder, pace);
}

/** Bun's own reading is several times faster than its streams, and a declared length bounds it. */
async function read(
  request: Request,
  {
    gzip,
    maxBytes,
    declared,
  }: { readonly gzip: boolean; readonly maxBytes: number; readonly declared: number },
): Promise<string> {
  if (gzip || !(declared <= maxBytes)) return readText(bodyStream(request, { gzip, maxBytes }));
  try {
    return await request.text();
  } catch (cause) {
    throw new BrokenBody('reading failed', { cause });
  }
}

function failed(error: unknown): Ingestion {
  return { tally: new Tally(), end: endOf(error, 0), otlp: false };
}
