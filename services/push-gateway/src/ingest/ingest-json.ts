import { limits, parseJson } from 'ml-otel-bridge/schema';
import type { Ingestion, Recorder } from './ingestion.ts';
import { looksLikeOtlp } from './looks-like-otlp.ts';
import type { Pace } from './pace.ts';
import { type NotTaken, Tally } from './tally.ts';

/** Snapshots handed to the bridge at once: each lot is kept, or not, as one. */
export const LOT = 256;

/** Takes a body that is one snapshot or an array of them. */
export async function ingestJson(text: string, recorder: Recorder, pace: Pace): Promise<Ingestion> {
  const tally = new Tally();
  const parsed = parseJson(text);
  if (!parsed.ok) {
    tally.reject(0, text.trim() === '' ? [{ path: '', message: 'the body is empty' }] : parsed.issues);
    return { tally, end: { kind: 'complete' }, otlp: false };
  }
  const snapshots = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  if (snapshots.length > limits.MAX_SNAPSHOTS_PER_BODY) {
    const detail = `an array has at most ${limits.MAX_SNAPSHOTS_PER_BODY} snapshots, got ${snapshots.length}: send several, or NDJSON`;
    return { tally, end: { kind: 'too-large', at: 0, detail }, otlp: false };
  }
  const refused = await recordInLots(snapshots, { recorder, pace, tally });
  return {
    tally,
    end: refused ? { kind: 'refused', at: refused.index, reason: refused.reason } : { kind: 'complete' },
    otlp: tally.rejectedTotal > 0 && snapshots.some(looksLikeOtlp),
  };
}

async function recordInLots(
  snapshots: readonly unknown[],
  { recorder, pace, tally }: { readonly recorder: Recorder; readonly pace: Pace; readonly tally: Tally },
): Promise<NotTaken | undefined> {
  if (snapshots.length <= LOT) return tally.count(recorder.recordAll(snapshots), (position) => position);
  for (let start = 0; start < snapshots.length; start += LOT) {
    const lot = snapshots.slice(start, start + LOT);
    const refused = tally.count(recorder.recordAll(lot), (position) => start + position);
    if (refused) return refused;
    await pace.pause();
  }
  return undefined;
}
