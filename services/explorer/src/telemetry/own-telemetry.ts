import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { Receiver } from '../receiver/receiver.ts';
import { systemTimer, type Timer } from '../receiver/timer.ts';
import type { IngestMetrics } from './ingest-metrics.ts';

export interface OwnTelemetryParts {
  readonly metrics: Pick<IngestMetrics, 'collect'>;
  readonly receiver: Pick<Receiver, 'accept' | 'pending'>;
  readonly intervalMillis: number;
  readonly logger: { warn(details: object, message: string): void };
  readonly timer?: Timer;
}

export interface OwnTelemetry {
  /** Nothing is sent any more; resolves when what was on its way is answered. */
  stop(): Promise<void>;
}

/**
 * Sends the explorer's own metrics into its own store, through the receiver as any other request and within its bounds. Each
 * time sends the same series with their counts so far, of which its own requests are a part: they grow by one, not
 * by what they count. What finds no room is left out; the next time brings the same counters.
 */
export function startOwnTelemetry(parts: OwnTelemetryParts): OwnTelemetry {
  const { metrics, receiver, intervalMillis, logger, timer = systemTimer } = parts;
  let stopped = false;
  let sending = Promise.resolve();

  async function send(): Promise<void> {
    const { resourceMetrics } = await metrics.collect();
    const request = ProtobufMetricsSerializer.serializeRequest(resourceMetrics);
    if (request === undefined || request.byteLength === 0) return;
    const reservation = receiver.pending.reserve(request.byteLength);
    if (reservation === undefined) return;
    const answer = await receiver.accept('metrics', request, reservation, () => false);
    if (answer.kind === 'accepted' || stopped) return;
    const reason = 'reason' in answer ? answer.reason : answer.kind;
    logger.warn({ reason }, 'the explorer’s own metrics were not stored; the next ones hold the same counts');
  }

  const later = () =>
    timer.after(intervalMillis, () => {
      sending = send()
        .catch((error: unknown) => logger.warn({ reason: String(error) }, 'own metrics could not be made'))
        .then(() => {
          if (!stopped) cancel = later();
        });
    });
  let cancel = later();
  return {
    async stop() {
      stopped = true;
      cancel();
      await sending;
    },
  };
}
