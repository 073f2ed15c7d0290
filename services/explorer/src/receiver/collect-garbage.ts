import type { Committer } from './committer.ts';

/** A collection takes some 10 ms, the inserts of so many bytes several hundred. */
const EVERY_BYTES = 32 * 2 ** 20;

/**
 * A committer after which the memory of what it committed is given back. The runtime does not count the buffers of
 * messages against its heap and would let hundreds of megabytes of them lie around under load.
 *
 * @param collect by default the runtime's full collection
 */
export function collectGarbage(committer: Committer, collect: () => void = () => Bun.gc(true)): Committer {
  let bytes = 0;
  return {
    check: (request) => committer.check(request),
    async commit(signal, requests, name) {
      const outcome = await committer.commit(signal, requests, name);
      for (const { byteLength } of requests) bytes += byteLength;
      if (bytes >= EVERY_BYTES) {
        bytes = 0;
        collect();
      }
      return outcome;
    },
  };
}
