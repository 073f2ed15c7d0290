import { listen } from '@ml-otel/service-kit/listen';
import type { Admission } from '../access/admission.ts';
import { startGrpcServer } from './grpc/server.ts';
import { createOtlpApp } from './http/app.ts';
import { createDoor } from './http/door.ts';
import { createTranscoder } from './json/transcode.ts';
import type { ReceiverObserver } from './observer.ts';
import type { Receiver } from './receiver.ts';

export interface ServersSettings {
  readonly host: string;
  /** 0 picks a free one. */
  readonly otlpGrpcPort: number;
  readonly otlpHttpPort: number;
  readonly maxMessageBytes: number;
}

export interface ServersParts {
  readonly receiver: Receiver;
  readonly observer: ReceiverObserver;
  /** Undefined: no token, and the host is loopback. */
  readonly admission: Admission | undefined;
  onFault(error: unknown): void;
}

/** Both doors of the receiver. */
export interface OtlpServers {
  readonly grpcPort: number;
  readonly httpPort: number;
  /**
   * Refuses what is new, commits and answers what was accepted, then closes; what takes longer than the patience is cut
   * off. @returns whether everything accepted was answered
   */
  stop(patienceMillis: number): Promise<boolean>;
}

/** Time for answers to reach their senders once everything is committed. */
const FAREWELL_MILLIS = 500;

/** @throws Error where a port cannot be listened on */
export async function startOtlpServers(
  settings: ServersSettings,
  { receiver, observer, admission, onFault }: ServersParts,
): Promise<OtlpServers> {
  const { host, otlpGrpcPort, otlpHttpPort, maxMessageBytes } = settings;
  const door = createDoor(admission);
  const app = createOtlpApp({
    receiver,
    observer,
    door,
    maxMessageBytes,
    transcode: createTranscoder(),
    onFault,
  });
  const http = listen(app, { host, port: otlpHttpPort });
  const grpc = await startGrpcServer(
    { host, port: otlpGrpcPort, maxMessageBytes },
    { receiver, observer, admission },
  ).catch((error: unknown) => {
    void http.stop(true);
    throw error;
  });
  return {
    grpcPort: grpc.port,
    httpPort: http.port!,
    async stop(patienceMillis) {
      grpc.drain();
      const drained = await within(patienceMillis, receiver.drain());
      await Promise.all([grpc.stop(FAREWELL_MILLIS), within(FAREWELL_MILLIS, http.stop())]);
      void http.stop(true);
      return drained;
    },
  };
}

/** Whether it resolved in time. */
async function within(millis: number, work: Promise<void>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, millis, false);
  });
  return Promise.race([work.then(() => true), patience]).finally(() => clearTimeout(timer));
}
