import type { BridgeStats } from 'ml-otel-bridge';
import type { Ingestion } from './ingest/ingestion.ts';

/** Whether the gateway can take snapshots, as far as it knows. */
export interface Readiness {
  readonly draining: boolean;
  /** From now on the gateway only ends what it began. */
  drain(): void;
  /** Learns from what became of a body. */
  observe(ingestion: Ingestion): void;
  /** Why it is not ready; undefined when it is. */
  reason(): string | undefined;
}

/** A disk that took nothing is tried again after so long: only a push can tell whether it does by now. */
const DISK_RETRY_MILLIS = 10_000;

export interface ReadinessOptions {
  /** Milliseconds since the Unix epoch. */
  now?(): number;
  /** Told when pushes begin to be refused: once, until one was taken again. */
  refused?(reason: 'full' | 'disk'): void;
}

/**
 * A gateway that is taken out of its load balancer gets no pushes that could show it has room again. So a full buffer
 * counts as full until something left it, and a disk that refused is given another chance after a while.
 */
export function createReadiness(
  stats: () => BridgeStats,
  { now = Date.now, refused = () => {} }: ReadinessOptions = {},
): Readiness {
  let draining = false;
  let fullAt: number | undefined;
  let diskFailedAt: number | undefined;

  return {
    get draining() {
      return draining;
    },
    drain() {
      draining = true;
    },
    observe({ end, tally }) {
      if (end.kind === 'refused') {
        if (!draining && fullAt === undefined && diskFailedAt === undefined) refused(end.reason);
        if (end.reason === 'disk') diskFailedAt = now();
        else fullAt = stats().pendingBytes;
      } else if (tally.valid > 0) {
        fullAt = undefined;
        diskFailedAt = undefined;
      }
    },
    reason() {
      if (draining) return 'the gateway is shutting down';
      if (fullAt !== undefined && stats().pendingBytes >= fullAt) {
        return 'the buffer is full: is the receiver at OTEL_EXPORTER_OTLP_ENDPOINT up?';
      }
      if (diskFailedAt !== undefined && now() - diskFailedAt < DISK_RETRY_MILLIS) {
        return 'the disk of SPOOL_DIR takes nothing more';
      }
      return undefined;
    },
  };
}
