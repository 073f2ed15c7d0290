import { createFifo } from './fifo.ts';
import { createInFlight } from './in-flight.ts';
import type { Outbox, OutboxOptions } from './outbox.ts';

/** An outbox in memory: what it holds is gone when the process is. */
export function createMemoryOutbox<T>({ maxBytes, whenFull, weigh }: OutboxOptions<T>): Outbox<T> {
  const waiting = createFifo<T>();
  const inFlight = createInFlight<T>(waiting.take);
  let sequence = 0;

  const makeRoom = (needed: number): number => {
    let droppedPoints = 0;
    while (waiting.length > 0 && inFlight.bytes + waiting.bytes + needed > maxBytes) {
      for (const { weight } of waiting.take(1)) droppedPoints += weight.points;
    }
    return droppedPoints;
  };

  return {
    get pendingItems() {
      return inFlight.length + waiting.length;
    },
    get pendingPoints() {
      return inFlight.points + waiting.points;
    },
    get pendingBytes() {
      return inFlight.bytes + waiting.bytes;
    },
    append(items) {
      const weights = items.map(weigh);
      const needed = weights.reduce((sum, weight) => sum + weight.bytes, 0);
      if (whenFull === 'refuse' && inFlight.bytes + waiting.bytes + needed > maxBytes) {
        return { status: 'refused', reason: 'full' };
      }
      const droppedPoints = makeRoom(needed);
      for (const [index, item] of items.entries()) {
        sequence += 1;
        waiting.push({ item, sequence, weight: weights[index]! });
      }
      return { status: 'kept', droppedPoints };
    },
    peek: (limit) => inFlight.peek(limit),
    release: (batch) => inFlight.release(batch.last),
    close() {},
  };
}
