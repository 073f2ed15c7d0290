import type { Expired, SignalOutcome } from '@ml-otel/telemetry-store/retention';
import { variableOf } from './retention-settings.ts';

export interface RetentionLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What a number of pieces come to. */
export function totalOf(pieces: readonly Expired[]) {
  const days = [...new Set(pieces.map(({ what }) => what))].sort();
  return {
    rows: pieces.reduce((sum, { rows }) => sum + rows, 0),
    bytes: pieces.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    from: days[0],
    to: days.at(-1),
    count: days.length,
  };
}

/** Says what a pass did to one signal, and what it waits for. */
export function reportOutcome(logger: RetentionLogger, outcome: SignalOutcome, archived: boolean): void {
  const { signal, days, applied, removed, held, failed } = outcome;
  if (removed.length > 0) {
    const how = archived && signal !== 'training' ? 'archived' : 'deleted';
    logger.info({ signal, days, ...totalOf(removed) }, `what was past its retention was ${how}`);
  }
  if (held.length > 0) {
    const variable = variableOf(signal);
    logger.warn(
      { signal, days, before: applied ?? 'off', ...totalOf(held) },
      `${variable} is shorter than before and would delete what is listed: it waits until you confirm it with ` +
        `RETENTION_CONFIRM=${signal}=${days}d, or with retention apply of services/explorer/src/admin/main.ts`,
    );
  }
  for (const reason of new Set(failed.map(({ error }) => error.message))) {
    const pieces = failed.filter(({ error }) => error.message === reason).map(({ expired }) => expired);
    logger.error(
      { signal, reason, ...totalOf(pieces) },
      'what is past its retention could not be removed, nothing was lost; it is tried again with the next pass',
    );
  }
}
