import { limits, parseJson, splitLines } from 'ml-otel-bridge/schema';
import { BodyTooLarge, BrokenBody } from './body-stream.ts';
import { LOT } from './ingest-json.ts';
import type { Ingestion, IngestionEnd, Recorder } from './ingestion.ts';
import { looksLikeOtlp } from './looks-like-otlp.ts';
import type { Pace } from './pace.ts';
import { Tally } from './tally.ts';

const BLANK = /^\s*$/;

/**
 * Takes NDJSON, one snapshot a line, as it arrives: nothing that came waits for what is still to come. A line that is no
 * snapshot is refused by itself; blank lines count only in the line numbers. An end of the stream before its time is
 * an outcome, not an error.
 */
export async function ingestLines(
  stream: AsyncIterable<Uint8Array>,
  recorder: Recorder,
  pace: Pace,
): Promise<Ingestion> {
  const tally = new Tally();
  let lot: unknown[] = [];
  let places: number[] = [];
  let place = -1;
  let otlp = false;
  let refused: IngestionEnd | undefined;

  const handOn = (): void => {
    if (lot.length === 0) return;
    const [snapshots, indexes] = [lot, places];
    lot = [];
    places = [];
    const first = tally.count(recorder.recordAll(snapshots), (position) => indexes[position]!);
    if (first) refused = { kind: 'refused', at: first.index, reason: first.reason };
  };

  /** The same bytes; before it waits for more, the lines of those that came are handed on. */
  async function* handingOn(): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
      yield chunk;
      handOn();
      if (refused) return;
      await pace.pause();
    }
  }

  const read = (text: string): void => {
    const parsed = parseJson(text);
    if (!parsed.ok) {
      tally.reject(place, parsed.issues);
      return;
    }
    otlp ||= looksLikeOtlp(parsed.value);
    lot.push(parsed.value);
    places.push(place);
  };

  try {
    for await (const line of splitLines(handingOn(), limits.MAX_SNAPSHOT_BYTES)) {
      if (refused) break;
      place += 1;
      if ('tooLong' in line) {
        tally.reject(place, [{ path: '', message: `a line has at most ${limits.MAX_SNAPSHOT_BYTES} bytes` }]);
      } else if (!BLANK.test(line.text)) {
        read(line.text);
      }
      if (lot.length < LOT) continue;
      handOn();
      await pace.pause();
    }
    if (!refused) handOn();
  } catch (error) {
    // Lines that came whole were handed on before the wait for more that failed.
    return { tally, end: endOf(error, place + 1), otlp };
  }
  return { tally, end: refused ?? { kind: 'complete' }, otlp };
}

/** What it means that a body's stream threw; `at` is the first snapshot not taken. @throws errors of other origin */
export function endOf(error: unknown, at: number): IngestionEnd {
  if (error instanceof BodyTooLarge) return { kind: 'too-large', at, detail: error.message };
  if (!(error instanceof BrokenBody)) throw error;
  return { kind: 'broken', at, detail: 'it ends too early, or is not the gzip that it says it is' };
}
