import type { Retained } from './signal-tables.ts';

/** For how many whole days after its arrival something is kept; undefined keeps it for ever. */
export type Days = number | undefined;

export type Retention = Readonly<Record<Retained, Days>>;

const DAY_MS = 86_400_000;

/**
 * The first day (UTC, `2026-01-31`) that is kept. Days go as a whole: with one day of retention what came yesterday is
 * kept until today ends.
 */
export function firstKeptDay(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 10);
}

export function isShorter(days: Days, than: Days): boolean {
  return days !== undefined && (than === undefined || days < than);
}
