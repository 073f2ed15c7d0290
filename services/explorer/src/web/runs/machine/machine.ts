import { aggregationOf, formatOf, unitOf } from '../../metrics/metric-question.ts';
import type { CatalogueEntry } from '../../metrics/metrics-query.ts';
import { absoluteRange } from '../../time/time-range.ts';
import type { Extent } from '../curves/value-range.ts';
import type { RunDetail } from '../runs-query.ts';

/** What a run sent besides its curves: of its machine, its process, its GPUs. Metrics as OpenTelemetry has them, which know no step. */
export interface Machine {
  readonly run: string;
  /** By name. */
  readonly entries: ReadonlyMap<string, CatalogueEntry>;
  /** From when the run began to when it ended, or to its last point. Milliseconds since 1970. */
  readonly whole: Extent;
  /** Whether more may come. */
  readonly live: boolean;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Points of a line, at most. */
const POINTS = 300;
/** A run may say a little more after its end. */
const AFTER_END = 10 * MINUTE;
/** As often as the SDK reads a machine; of long runs less often is enough. */
const LOOK_AGAIN = { least: 10 * SECOND, most: MINUTE };

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48, 168].map((count) => count * HOUR),
];

export function isLive({ state }: RunDetail): boolean {
  return state === 'running' || state === 'stalled';
}

/** When a run was, milliseconds since 1970. */
export function spanOf({ startedAt, finishedAt, lastPointAt, lastReceivedAt, duration }: RunDetail): Extent {
  const max = Date.parse(finishedAt ?? lastPointAt ?? lastReceivedAt);
  const min = startedAt === undefined ? max - duration / 1e6 : Date.parse(startedAt);
  return { min, max: Math.max(min + 1, max) };
}

/** Where to look for what a run sent. */
export function askedOf(run: RunDetail) {
  const { min, max } = spanOf(run);
  const { from, to } = absoluteRange({ from: min, to: max + AFTER_END });
  return { from, to: isLive(run) ? 'now' : to };
}

export function machineOf(run: RunDetail, rows: readonly CatalogueEntry[]): Machine | undefined {
  if (rows.length === 0) return undefined;
  const { min, max } = spanOf(run);
  return {
    run: run.id,
    entries: new Map(rows.map((entry) => [entry.name, entry])),
    whole: { min, max: Math.max(max, ...rows.map(({ lastTime }) => Date.parse(lastTime))) },
    live: isLive(run),
  };
}

/** What one of them shows, and how it writes values. */
export function shownOf(entry: CatalogueEntry) {
  const aggregation = aggregationOf(entry, undefined);
  const unit = unitOf(entry, aggregation);
  return { aggregation, unit, format: formatOf(entry.name, unit) };
}

/** Keys in which the series of one differ: the rank comes first. */
export function keysOf({ by = [] }: CatalogueEntry): string[] {
  return by.toSorted((a, b) => Number(b === 'rank') - Number(a === 'rank'));
}

/** Lines go on to the points before and after a range. */
const AROUND = { least: MINUTE, part: 0.05 };

/** How to ask for the values of one over a range, of all of the run by default: a group for each series. */
export function questionOf({ run, whole, live }: Machine, entry: CatalogueEntry, range?: Extent) {
  const { min, max } = range === undefined ? whole : wider(range);
  const step = STEPS.find((one) => (max - min) / one <= POINTS) ?? STEPS.at(-1)!;
  const { from, to } = absoluteRange({ from: Math.max(0, min), to: Math.max(min, max) + 1 });
  const open = live && range === undefined;
  const by = keysOf(entry);
  return {
    asked: { from, to: open ? 'now' : to },
    question: {
      metric: entry.name,
      type: entry.type,
      aggregation: shownOf(entry).aggregation,
      by: by.length === 0 ? undefined : by,
      run,
      step: step < MINUTE ? `${step / SECOND}s` : `${step / MINUTE}m`,
    },
    /** Milliseconds; false for never. */
    again: open && Math.min(Math.max(step, LOOK_AGAIN.least), LOOK_AGAIN.most),
  };
}

function wider({ min, max }: Extent): Extent {
  const by = Math.max(AROUND.least, (max - min) * AROUND.part);
  return { min: min - by, max: max + by };
}
