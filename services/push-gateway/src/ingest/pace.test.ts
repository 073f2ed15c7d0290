import { expect, test } from 'bun:test';
import { createPace } from './pace.ts';

const MIB = 1024 * 1024;

function setUp(pendingBytes: number) {
  const stats = { takenSnapshots: 0, pendingBytes, pendingPoints: 0, liveJobs: 0 };
  return { takenSnapshots: 0, stats, pace: createPace(() => stats) };
}

test('lets timers and other requests have their turn', async () => {
  const { pace } = setUp(0);
  let turned = false;
  setTimeout(() => {
    turned = true;
  }, 0);
  while (!turned) await pace.pause();
});

test('waits while enough waits to be sent, until it was sent', async () => {
  const { pace, stats } = setUp(20 * MIB);
  let paused = true;
  const pause = pace.pause().then(() => {
    paused = false;
  });
  await Bun.sleep(0);
  stats.pendingBytes = 18 * MIB;
  await new Promise((resolve) => setImmediate(resolve));
  expect(paused).toBe(true);
  stats.pendingBytes = 16 * MIB;
  await pause;
});

test('waits once for a receiver that takes nothing, and again when it takes something', async () => {
  const { pace, stats } = setUp(20 * MIB);
  const first = performance.now();
  await pace.pause();
  expect(performance.now() - first).toBeGreaterThan(900);
  stats.pendingBytes = 21 * MIB;
  const second = performance.now();
  await pace.pause();
  expect(performance.now() - second).toBeLessThan(900);
  stats.pendingBytes = 19 * MIB;
  const third = pace.pause();
  stats.pendingBytes = 1 * MIB;
  await third;
});
