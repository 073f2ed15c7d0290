import type { Committer } from '../committer.ts';
import { ALL_SIGNALS, type Signal } from '../signal.ts';
import { decodeRequest } from './decode-request.ts';

export interface MemoryCommitter extends Committer {
  /** Serialized requests that were committed, in order. */
  readonly committed: Readonly<Record<Signal, Uint8Array[]>>;
  /** Size of each batch that was committed, in requests. */
  readonly batches: number[];
}

/** Keeps what it commits, and finds corrupt what a protobuf decoder cannot read, as the store does. */
export function memoryCommitter(): MemoryCommitter {
  const committed = Object.fromEntries(ALL_SIGNALS.map((signal) => [signal, []])) as unknown as Record<
    Signal,
    Uint8Array[]
  >;
  const batches: number[] = [];
  return {
    committed,
    batches,
    check: () => undefined,
    async commit(signal, requests) {
      try {
        for (const request of requests) decodeRequest(signal, request);
      } catch (error) {
        return { kind: 'corrupt', reason: String(error) };
      }
      committed[signal].push(...requests);
      batches.push(requests.length);
      return { kind: 'committed' };
    },
  };
}
