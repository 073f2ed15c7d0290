import type { OtlpServers } from './receiver/servers.ts';

export interface ShutdownParts {
  readonly servers: Pick<OtlpServers, 'stop'>;
  /** Bun's server: `stop(true)` ends its connections too. */
  readonly web: { stop(closeActiveConnections?: boolean): Promise<void> };
  readonly retention: { stop(): Promise<void> };
  readonly store: { close(): Promise<void> };
}

/** Together below the ten seconds after which those who stop processes lose patience. */
const DRAIN_MILLIS = 6_000;
const CLOSE_MILLIS = 2_000;

/**
 * Commits and answers what was accepted, then closes the store; within nine seconds, whatever hangs. Senders of what
 * was not answered send it again.
 *
 * @returns whether all that was accepted was answered
 */
export async function shutDown({ servers, web, retention, store }: ShutdownParts): Promise<boolean> {
  const ended = retention.stop();
  const drained = await servers.stop(DRAIN_MILLIS);
  await Promise.race([ended.then(() => store.close()), Bun.sleep(CLOSE_MILLIS)]);
  void web.stop(true);
  return drained;
}
