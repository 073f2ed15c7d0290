import { serialize } from './serialize-snapshot.ts';
import type { TrainingSnapshot } from './snapshot.ts';

/** What became of a request. `retry`: nothing was taken, the same request may succeed later. */
export type Answer =
  | { kind: 'taken'; rejected: number }
  | { kind: 'refused'; reason: string }
  | { kind: 'retry'; reason: string; retryAfterMs?: number };

export type PostSnapshots = (snapshots: readonly TrainingSnapshot[], signal: AbortSignal) => Promise<Answer>;

const requestTimeoutMs = 10_000;

/** POSTs snapshots as one JSON array to a gateway's `/v1/metrics`; never throws. */
export function createPostSnapshots(url: URL, token: string | undefined): PostSnapshots {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return async (snapshots, signal) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: serialize(snapshots),
        signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
      });
      return await readAnswer(response);
    } catch (error) {
      return { kind: 'retry', reason: error instanceof Error ? error.message : String(error) };
    }
  };
}

async function readAnswer(response: Response): Promise<Answer> {
  const body = await response.text();
  if (response.ok) return { kind: 'taken', rejected: countRejected(body) };
  const reason = `${response.status} ${body.slice(0, 300)}`.trim();
  if (response.status !== 408 && response.status !== 429 && response.status < 500)
    return { kind: 'refused', reason };
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  return { kind: 'retry', reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function countRejected(body: string): number {
  try {
    const { rejected } = JSON.parse(body) as { rejected?: unknown };
    return Array.isArray(rejected) ? rejected.length : 0;
  } catch {
    return 0;
  }
}

/**
 * Milliseconds to wait by a Retry-After header: seconds, or an HTTP date (RFC 9110, 10.2.3); undefined when there is
 * none that can be read. At most five minutes, so that a wrong clock does not silence a run.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(300_000, Math.max(0, ms));
}
