import { describe, expect, test } from 'bun:test';
import { createSessions } from './sessions.ts';

const HOUR = 3_600_000;

function sessions(token = 'secret') {
  const state = { now: Date.UTC(2026, 0, 1), token };
  return { state, made: createSessions({ current: () => state.token }, () => state.now) };
}

describe('sessions', () => {
  test('are good for half a day, renewed by use, a week at most', () => {
    const { state, made } = sessions();
    let value = made.open();
    expect(made.check(value)).toEqual({ good: true });
    state.now += 12 * HOUR;
    expect(made.check(value)).toEqual({ good: false });

    value = made.open();
    const opened = state.now;
    for (;;) {
      state.now += 7 * HOUR;
      const { good, renewed } = made.check(value);
      if (!good) break;
      expect(renewed).toBeString();
      value = renewed!;
    }
    expect((state.now - opened) / HOUR).toBe(168);
  });

  test('end when they are ended, with all their values, and when the token changes', () => {
    const { state, made } = sessions();
    const first = made.open();
    state.now += 7 * HOUR;
    const second = made.check(first).renewed!;
    made.end(second);
    expect([made.check(first).good, made.check(second).good]).toEqual([false, false]);
    const other = made.open();
    state.token = 'changed';
    expect(made.check(other).good).toBe(false);
  });

  test('outlive the process, which made them of the token', () => {
    const value = sessions().made.open();
    expect(sessions().made.check(value).good).toBe(true);
    expect(sessions('other').made.check(value).good).toBe(false);
  });

  test('cannot be made up', () => {
    const { made } = sessions();
    const value = made.open();
    const [id, opened, issued, mac] = value.split('.');
    for (const forged of [
      '',
      'x',
      value.slice(0, -1),
      `${value}=`,
      `${id}.${opened}.zzzzzzzz.${mac}`,
      `${id}.zzzzzzzz.${issued}.${mac}`,
      `${'A'.repeat(22)}.${opened}.${issued}.${mac}`,
      `${id}.${opened}.${issued}.${'A'.repeat(43)}`,
      `${id}.${opened}.${issued}.${'-'.repeat(42)}\u{1f600}`,
    ])
      expect([forged, made.check(forged).good]).toEqual([forged, false]);
    expect(() => made.end('x')).not.toThrow();
  });
});
