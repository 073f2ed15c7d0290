import type { Bridge } from 'ml-otel-bridge';
import type { Readiness } from './readiness.ts';

export interface ShutdownParts {
  readonly readiness: Pick<Readiness, 'drain'>;
  /** Bun's server: `stop()` takes no new connections and waits for requests, `stop(true)` ends all. */
  readonly server: { stop(closeActiveConnections?: boolean): Promise<void> };
  readonly bridge: Pick<Bridge, 'shutdown'>;
}

/** Together below the five seconds after which those who stop processes lose patience. */
const REQUESTS_MILLIS = 1_000;
const BRIDGE_MILLIS = 3_000;
const GIVE_UP_MILLIS = 4_500;

/**
 * Lets requests end, sends what waits, and closes; within five seconds, whatever hangs.
 *
 * @returns whether all that waited was sent
 */
export async function shutDown({ readiness, server, bridge }: ShutdownParts): Promise<boolean> {
  readiness.drain();
  const drain = async () => {
    await Promise.race([server.stop(), Bun.sleep(REQUESTS_MILLIS)]);
    const drained = await bridge.shutdown({ timeoutMillis: BRIDGE_MILLIS });
    void server.stop(true);
    return drained;
  };
  // The bridge's own timers do not keep the process alive, and nothing else does once the server has stopped.
  let giveUp: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<boolean>((resolve) => {
    giveUp = setTimeout(resolve, GIVE_UP_MILLIS, false);
  });
  return Promise.race([drain(), patience]).finally(() => clearTimeout(giveUp));
}
