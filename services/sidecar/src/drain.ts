import type { Bridge, SnapshotFileSource } from 'ml-otel-bridge';
import type { Logger } from 'pino';

/** Kubernetes, Compose and the like wait longer; whoever presses Ctrl-C does not want to. */
const FLUSH_MILLIS = 3_000;
const LIMIT_MILLIS = 4_000;

/** Reads the file a last time and sends what waits, within four seconds, whatever the receiver does. */
export async function drain(
  source: SnapshotFileSource,
  bridge: Bridge,
  logger: Pick<Logger, 'info' | 'warn'>,
): Promise<void> {
  await source.stop();
  const limit = Promise.withResolvers<'limit'>();
  const timer = setTimeout(() => limit.resolve('limit'), LIMIT_MILLIS);
  const outcome = await Promise.race([bridge.shutdown({ timeoutMillis: FLUSH_MILLIS }), limit.promise]);
  clearTimeout(timer);
  if (outcome === 'limit')
    logger.warn({ limit_ms: LIMIT_MILLIS }, 'the connection did not close in time and was left');
  logger.info({ sent_all: outcome === true }, 'stopped');
}
