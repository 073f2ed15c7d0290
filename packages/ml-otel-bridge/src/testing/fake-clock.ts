import type { Clock } from '../clock.ts';

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Moves time forward, running the timers that fall due, in order, and what they await. */
  advance(millis: number): Promise<void>;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** @param startMillis milliseconds since the Unix epoch */
export function createFakeClock(startMillis = Date.UTC(2026, 0, 1)): FakeClock {
  let now = startMillis;
  const timers = new Set<Timer>();

  const nextDue = (until: number): Timer | undefined =>
    [...timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0];

  return {
    now: () => now,
    after(delayMillis, callback) {
      const timer = { due: now + Math.max(delayMillis, 0), callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(millis) {
      const until = now + millis;
      await settle();
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.due);
        timer.callback();
        await settle();
      }
      now = until;
    },
  };
}

/** Lets promises that are ready run on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}
