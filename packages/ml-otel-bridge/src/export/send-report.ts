import type { BridgeLogger } from '../logger.ts';
import type { SelfMetrics } from './self-metrics.ts';
import type { SendObserver } from './send-loop.ts';

/** Tells the log and the self metrics what becomes of requests; a failing receiver is told once, not at each try. */
export function createSendReport(
  signal: 'metrics' | 'logs',
  logger: BridgeLogger,
  self: () => SelfMetrics,
): SendObserver {
  let failing = false;
  return {
    sent(points) {
      if (failing) logger.info({ signal }, 'the receiver takes telemetry again; what waited is being sent');
      failing = false;
      if (signal === 'metrics') self().exported(points);
    },
    dropped(points, reason) {
      failing = false;
      self().dropped(points, 'refused');
      logger.error(
        { signal, points, reason },
        'the receiver refused telemetry for good and it was dropped: check the endpoint and the receiver’s own log',
      );
    },
    failed(reason, failures) {
      self().exportFailed(signal);
      if (!failing) {
        logger.warn(
          { signal, reason },
          'the receiver did not take telemetry; it waits here and is sent again',
        );
      } else {
        logger.debug({ signal, reason, failures }, 'the receiver still does not take telemetry');
      }
      failing = true;
    },
  };
}
