import { problem } from '../http/problem.ts';
import type { Ingestion } from '../ingest/ingestion.ts';

/** Seconds after which a sender may try again. Points leave within a second once the receiver is back. */
const RETRY_AFTER = { full: '5', disk: '30', draining: '5' } as const;

const ONE_ACCEPTED = '{"accepted":1,"duplicates":0,"rejected":[]}';
const JSON_HEADERS = { 'content-type': 'application/json' };

/** The answer to a body, by what became of it. */
export function answer(
  { tally, end, otlp }: Ingestion,
  { draining, otlpAddress }: { readonly draining: boolean; readonly otlpAddress: string },
): Response {
  const summary = tally.summary();
  if (end.kind === 'complete') {
    if (tally.valid === 0) {
      if (otlp) return otlpAnswer(otlpAddress);
      const detail =
        tally.rejectedTotal > 0 ? 'see rejected for what is wrong' : 'the body holds no snapshot';
      return problem(400, 'nothing-valid', detail, { members: summary });
    }
    const single = summary.accepted === 1 && summary.duplicates === 0 && summary.rejected.length === 0;
    return new Response(single ? ONE_ACCEPTED : JSON.stringify(summary), {
      status: 202,
      headers: JSON_HEADERS,
    });
  }
  const members = { ...summary, resend_from: end.at };
  if (end.kind === 'too-large') return problem(413, 'body-too-large', end.detail, { members });
  if (end.kind === 'broken') return problem(400, 'broken-body', end.detail, { members });
  const resend = `nothing from index ${end.at} on was taken: send that again later`;
  if (draining) {
    return problem(503, 'shutting-down', resend, {
      members,
      headers: { 'retry-after': RETRY_AFTER.draining },
    });
  }
  return end.reason === 'disk'
    ? problem(503, 'disk', resend, { members, headers: { 'retry-after': RETRY_AFTER.disk } })
    : problem(429, 'buffer-full', resend, { members, headers: { 'retry-after': RETRY_AFTER.full } });
}

export function otlpAnswer(otlpAddress: string): Response {
  const detail = `here training snapshots are taken as JSON; send OTLP over HTTP to ${otlpAddress}`;
  return problem(415, 'otlp-sent-here', detail);
}
