import { limits, parseJson, splitLines } from 'ml-otel-bridge/schema';
import { BodyTooLarge } from './body-stream.ts';
import { LOT } from './ingest-json.ts';
import type { Ingestion, IngestionEnd, Recorder } from './ingestion.ts';
import { looksLikeOtlp } from './looks-like-otlp.ts';
import { Tally } from './tally.ts';

/** Text that is held before it is handed on, so that a lot of long lines does not fill the memory. */
const LOT_CHARACTERS = 1024 * 1024;
const BLANK = /^\s*$/;

/**
 * Takes NDJSON, one snapshot a line, as it arrives. A line that is no snapshot is refused by itself; blank lines count
 * only in the line numbers. Never throws: an end of the stream before its time is an outcome.
 */
export async function ingestLines(stream: AsyncIterable<Uint8Array>, recorder: Recorder): Promise<Ingestion> {
  const tally = new Tally();
  let lot: unknown[] = [];
  let places: number[] = [];
  let characters = 0;
  let place = -1;
  let otlp = false;

  const hand = (): IngestionEnd | undefined => {
    const [snapshots, indexes] = [lot, places];
    lot = [];
    places = [];
    characters = 0;
    const refused = tally.count(recorder.recordAll(snapshots), (position) => indexes[position]!);
    return refused && { kind: 'refused', at: refused.index, reason: refused.reason };
  };

  const read = (text: string): void => {
    const parsed = parseJson(text);
    if (!parsed.ok) {
      tally.reject(place, parsed.issues);
      return;
    }
    otlp ||= looksLikeOtlp(parsed.value);
    lot.push(parsed.value);
    places.push(place);
    characters += text.length;
  };

  try {
    for await (const line of splitLines(stream, limits.MAX_SNAPSHOT_BYTES)) {
      place += 1;
      if ('tooLong' in line) {
        tally.reject(place, [{ path: '', message: `a line has at most ${limits.MAX_SNAPSHOT_BYTES} bytes` }]);
      } else if (!BLANK.test(line.text)) {
        read(line.text);
      }
      if (lot.length < LOT && characters < LOT_CHARACTERS) continue;
      const end = hand();
      if (end) return { tally, end, otlp };
    }
  } catch (error) {
    return { tally, end: endOf(error, places[0] ?? place + 1), otlp };
  }
  return { tally, end: (lot.length > 0 && hand()) || { kind: 'complete' }, otlp };
}

/** What it means that a body's stream threw; `at` is the first snapshot that was not taken. */
export function endOf(error: unknown, at: number): IngestionEnd {
  if (error instanceof BodyTooLarge) return { kind: 'too-large', at, detail: error.message };
  return { kind: 'broken', at, detail: 'it ends too early, or is not the gzip that it says it is' };
}
