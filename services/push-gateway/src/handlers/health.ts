import { problem } from '../http/problem.ts';
import type { Readiness } from '../readiness.ts';

/** `GET /healthz`: the process answers. */
export const getHealth = (): Response => Response.json({ status: 'alive' });

/** `GET /readyz`: snapshots are taken, or why not. */
export function getReadiness(readiness: Readiness) {
  return (): Response => {
    const reason = readiness.reason();
    return reason === undefined ? Response.json({ status: 'ready' }) : problem(503, 'not-ready', reason);
  };
}
