import type { Bridge, SnapshotFileSource } from 'ml-otel-bridge';
import { readLastExport } from './last-export.ts';

export interface HealthParts {
  readonly bridge: Pick<Bridge, 'stats' | 'selfMetrics'>;
  readonly source: Pick<SnapshotFileSource, 'status'>;
  readonly file: string;
  readonly intervalMillis: number;
  readonly now: () => number;
}

/** Looks at the file that may be missed before the process counts as stuck. */
const MISSED_LOOKS = 3;
const GRACE_MILLIS = 10_000;

/**
 * Answers `/healthz` (200 while the interval keeps coming round, else 503) and `/readyz` (200: the file is watched;
 * the body tells how the file and the sending do, neither of which can be mended by starting the sidecar again).
 */
export function createHealthHandler(parts: HealthParts): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname !== '/healthz' && pathname !== '/readyz')
      return new Response('not found\n', { status: 404 });
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return new Response('method not allowed\n', { status: 405, headers: { Allow: 'GET, HEAD' } });
    }
    return pathname === '/healthz' ? health(parts) : Response.json(await readiness(parts));
  };
}

function health({ source, intervalMillis, now }: HealthParts): Response {
  const age = now() - source.status().lastLookAt;
  const isAlive = age <= MISSED_LOOKS * intervalMillis + GRACE_MILLIS;
  return Response.json(
    { status: isAlive ? 'ok' : 'stuck', last_look_age_seconds: age / 1_000 },
    { status: isAlive ? 200 : 503 },
  );
}

async function readiness({ bridge, source, file, now }: HealthParts): Promise<object> {
  const status = source.status();
  const age = (then: number | undefined) => (then === undefined ? null : (now() - then) / 1_000);
  return {
    status: 'ready',
    file: {
      path: file,
      present: status.present,
      trouble: status.trouble ?? null,
      last_read_age_seconds: age(status.lastReadAt),
      last_change_age_seconds: age(status.lastChangeAt),
      waiting_snapshots: status.waitingSnapshots,
    },
    taken_snapshots: bridge.stats().takenSnapshots,
    pending_points: bridge.stats().pendingPoints,
    ...readLastExport(await bridge.selfMetrics()),
  };
}
