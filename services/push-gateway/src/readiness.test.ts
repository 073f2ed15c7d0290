import { expect, test } from 'bun:test';
import type { IngestionEnd } from './ingest/ingestion.ts';
import { Tally } from './ingest/tally.ts';
import { createReadiness } from './readiness.ts';

function setUp() {
  const stats = { takenSnapshots: 0, pendingBytes: 100, pendingPoints: 0, liveJobs: 0 };
  const clock = { now: 0 };
  const told: string[] = [];
  const readiness = createReadiness(() => stats, {
    now: () => clock.now,
    refused: (reason) => told.push(reason),
  });
  const observe = (end: IngestionEnd, accepted = 0) => {
    const tally = new Tally();
    tally.count(
      Array.from({ length: accepted }, () => ({ status: 'accepted' })),
      (position) => position,
    );
    readiness.observe({ end, tally, otlp: false });
  };
  return { stats, clock, told, readiness, observe };
}

test('ready at the start, and after bodies that were bad by themselves', () => {
  const { readiness, observe } = setUp();
  observe({ kind: 'complete' });
  observe({ kind: 'broken', at: 0, detail: '' });
  expect(readiness.reason()).toBeUndefined();
});

test('a full buffer is one until something left it, or a push was taken', () => {
  const { readiness, observe, stats } = setUp();
  observe({ kind: 'refused', at: 0, reason: 'full' });
  expect(readiness.reason()).toContain('full');
  stats.pendingBytes = 99;
  expect(readiness.reason()).toBeUndefined();
  stats.pendingBytes = 100;
  observe({ kind: 'complete' }, 1);
  expect(readiness.reason()).toBeUndefined();
});

test('a disk that refused is tried again after ten seconds', () => {
  const { readiness, observe, clock } = setUp();
  observe({ kind: 'refused', at: 0, reason: 'disk' });
  clock.now = 9_999;
  expect(readiness.reason()).toContain('SPOOL_DIR');
  clock.now = 10_000;
  expect(readiness.reason()).toBeUndefined();
});

test('a bad body does not end being full', () => {
  const { readiness, observe } = setUp();
  observe({ kind: 'refused', at: 0, reason: 'full' });
  observe({ kind: 'complete' });
  expect(readiness.reason()).toBeDefined();
});

test('refusals are told once, until a push was taken', () => {
  const { observe, told } = setUp();
  observe({ kind: 'refused', at: 0, reason: 'full' });
  observe({ kind: 'refused', at: 0, reason: 'full' });
  expect(told).toEqual(['full']);
  observe({ kind: 'complete' }, 1);
  observe({ kind: 'refused', at: 0, reason: 'disk' });
  expect(told).toEqual(['full', 'disk']);
});
