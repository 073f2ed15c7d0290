import type { Attributes } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Clock } from './clock.ts';
import type { Environment } from './export/endpoint.ts';
import type { OtlpClient, OtlpOptions } from './export/otlp-client.ts';
import type { WhenFull } from './export/outbox.ts';
import type { BridgeLogger } from './logger.ts';

/**
 * How a bridge is set up. Everything has a default; what is not given is taken from OpenTelemetry's standard
 * variables (`OTEL_EXPORTER_OTLP_*`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_METRIC_EXPORT_INTERVAL`).
 */
export interface BridgeOptions extends OtlpOptions {
  readonly serviceName?: string;
  readonly resourceAttributes?: Attributes;
  /** `epoch` and `batch` on gauge points. Off for a receiver that would make each step a series. Default: on. */
  readonly stepAttributes?: boolean;
  /** Longest time that a point waits before it is sent, in milliseconds. Default: 1,000. */
  readonly exportIntervalMillis?: number;
  /** Bytes of requests that may wait in memory while the receiver is away. Default: 64 MiB. */
  readonly bufferBytes?: number;
  /**
   * Bytes of one request. Making one keeps the thread busy, about 30 ms for the default of nearly 4 MiB: smaller
   * requests suit a process that must react in between.
   */
  readonly maxRequestBytes?: number;
  /** What happens when there is no room: lose the oldest (default), or refuse the new. */
  readonly whenFull?: WhenFull;
  /** A folder of this process's own, in which what waits outlives it; at most `maxBytes` of files (256 MiB). */
  readonly spool?: { readonly folder: string; readonly maxBytes?: number };
  /** A job that sends nothing for so long is forgotten. Default: 2 hours. */
  readonly jobIdleTimeoutMillis?: number;
  /** Time between two heartbeats of a run that goes on. Default: 30 s. */
  readonly heartbeatIntervalMillis?: number;
  /** Time between two reports of the bridge on itself (`ml.bridge.*`); 0 for none. Default: 15 s. */
  readonly selfMetricsIntervalMillis?: number;
  /** Default: OpenTelemetry's diagnostics. */
  readonly logger?: BridgeLogger;
  /** Default: the process's own. */
  readonly env?: Environment;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Instead of OTLP exporters; for tests. */
  readonly clients?: {
    readonly metrics: OtlpClient<ResourceMetrics>;
    readonly logs: OtlpClient<ReadableLogRecord[]>;
  };
}

export const DEFAULTS = {
  serviceName: 'ml-metrics-bridge',
  exportIntervalMillis: 1_000,
  bufferBytes: 64 * 1024 * 1024,
  spoolBytes: 256 * 1024 * 1024,
  jobIdleTimeoutMillis: 2 * 60 * 60 * 1_000,
  heartbeatIntervalMillis: 30_000,
  selfMetricsIntervalMillis: 15_000,
  /** Below the 4 MiB that a gRPC server takes unless told otherwise. */
  maxRequestBytes: 4 * 1024 * 1024 - 64 * 1024,
  maxLiveJobs: 50_000,
} as const;

/**
 * The export interval of OpenTelemetry's own variable, in milliseconds; undefined where it is unset.
 * @throws RangeError where it is not a whole number above 0
 */
export function exportIntervalFrom(env: Environment): number | undefined {
  const text = env.OTEL_METRIC_EXPORT_INTERVAL?.trim();
  if (!text) return undefined;
  const millis = Number(text);
  if (Number.isInteger(millis) && millis > 0 && millis <= 86_400_000) return millis;
  throw new RangeError(
    `OTEL_METRIC_EXPORT_INTERVAL=${JSON.stringify(text)}: expected milliseconds, 1 to 86400000`,
  );
}
