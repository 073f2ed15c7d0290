import { describe, expect, test } from 'bun:test';
import { createSeenSnapshots, REMEMBERED_ENDED_RUNS, REMEMBERED_PER_RUN } from './seen-snapshots.ts';

describe('createSeenSnapshots', () => {
  test('remembers the last thousand of each job, not more', () => {
    const seen = createSeenSnapshots();
    for (let print = 0; print < REMEMBERED_PER_RUN + 500; print++) {
      expect(seen.has('a', print)).toBe(false);
      seen.add('a', print);
    }
    expect(seen.has('a', 499)).toBe(false);
    expect(seen.has('a', 500)).toBe(true);
    expect(seen.has('a', REMEMBERED_PER_RUN + 499)).toBe(true);
    expect(seen.has('b', 600)).toBe(false);
  });

  test('what it gives for writing down, read back, remembers the same in the same order', () => {
    const seen = createSeenSnapshots();
    for (let print = 0; print < REMEMBERED_PER_RUN + 3; print++) seen.add('a', print);
    seen.add('b', 1);
    const copy = createSeenSnapshots();
    for (const { run, fingerprints } of seen.entries())
      for (const print of fingerprints) copy.add(run, print);
    expect(copy.entries()).toEqual(seen.entries());
    copy.add('a', -1);
    expect(copy.has('a', 3)).toBe(false);
    expect(copy.has('a', 4)).toBe(true);
  });

  test('of jobs that ended the last are remembered, and one that speaks again is live again', () => {
    const seen = createSeenSnapshots();
    for (let job = 0; job < REMEMBERED_ENDED_RUNS; job++) {
      seen.add(`job-${job}`, 1);
      seen.end(`job-${job}`);
    }
    seen.add('live', 1);
    seen.add('job-0', 2);
    for (let job = 0; job < REMEMBERED_ENDED_RUNS; job++) {
      seen.add(`later-${job}`, 1);
      seen.end(`later-${job}`);
    }
    expect(seen.has('live', 1)).toBe(true);
    expect([seen.has('job-0', 1), seen.has('job-0', 2)]).toEqual([true, true]);
    expect(seen.has('job-1', 1)).toBe(false);
    expect(seen.has('later-0', 1)).toBe(true);
    expect(seen.entries().length).toBe(REMEMBERED_ENDED_RUNS + 2);
  });

  test('is bounded over all jobs: those that were silent longest are forgotten', () => {
    const seen = createSeenSnapshots(8 * 10);
    for (let job = 0; job < 100; job++) {
      seen.add(`job-${job}`, 1);
      if (job % 5 === 0) seen.add('lively', job);
    }
    expect(seen.entries().length).toBeLessThanOrEqual(10);
    expect(seen.has('job-0', 1)).toBe(false);
    expect(seen.has('job-99', 1)).toBe(true);
    expect(seen.has('lively', 95)).toBe(true);
  });
});
