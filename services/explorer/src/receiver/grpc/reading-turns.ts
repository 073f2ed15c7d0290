/** Bounds how many messages are being read at once; the others' senders are held back by HTTP/2's flow control. */
export interface ReadingTurns {
  /**
   * Calls `begin` as soon as it is this message's turn.
   *
   * @returns ends the turn, or gives up waiting for it; a second call does nothing
   */
  take(begin: () => void): () => void;
}

export function createReadingTurns(most: number): ReadingTurns {
  const waiting = new Set<() => void>();
  let reading = 0;
  return {
    take(begin) {
      let isReading = false;
      let ended = false;
      const start = () => {
        isReading = true;
        reading++;
        begin();
      };
      if (reading < most) start();
      else waiting.add(start);
      return () => {
        if (ended) return;
        ended = true;
        waiting.delete(start);
        if (!isReading) return;
        reading--;
        const [next] = waiting;
        if (next === undefined) return;
        waiting.delete(next);
        next();
      };
    },
  };
}
