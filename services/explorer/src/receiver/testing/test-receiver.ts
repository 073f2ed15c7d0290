import type { Admission } from '../../access/admission.ts';
import { createIngestMetrics, type IngestMetrics } from '../../telemetry/ingest-metrics.ts';
import type { Committer } from '../committer.ts';
import { createReceiver, type Receiver } from '../receiver.ts';
import { type OtlpServers, startOtlpServers } from '../servers.ts';

export interface TestReceiverOptions {
  readonly committer: Committer;
  readonly admission?: Admission;
  readonly maxPendingBytes?: number;
  readonly maxMessageBytes?: number;
}

export interface TestReceiver extends AsyncDisposable {
  readonly receiver: Receiver;
  readonly servers: OtlpServers;
  readonly metrics: IngestMetrics;
  readonly grpcUrl: string;
  readonly httpUrl: string;
  /** What no handler expected; a test asks that it be empty. */
  readonly faults: readonly unknown[];
}

const MIB = 2 ** 20;

/** The real servers on free ports of loopback; ends with its scope. */
export async function startTestReceiver(options: TestReceiverOptions): Promise<TestReceiver> {
  const { committer, admission, maxPendingBytes = 64 * MIB, maxMessageBytes = 4 * MIB } = options;
  const metrics = createIngestMetrics();
  const { observer } = metrics;
  const receiver = createReceiver(
    { maxPendingBytes, intervalMillis: 0, delayMillis: 1, maxBatchBytes: 16 * MIB },
    { committer, observer },
  );
  metrics.watchPending(() => receiver.pending.used);
  const faults: unknown[] = [];
  const servers = await startOtlpServers(
    { host: '127.0.0.1', otlpGrpcPort: 0, otlpHttpPort: 0, maxMessageBytes },
    { receiver, observer, admission, onFault: (error) => void faults.push(error) },
  );
  return {
    receiver,
    servers,
    metrics,
    grpcUrl: `http://127.0.0.1:${servers.grpcPort}`,
    httpUrl: `http://127.0.0.1:${servers.httpPort}`,
    faults,
    async [Symbol.asyncDispose]() {
      await servers.stop(1);
    },
  };
}
