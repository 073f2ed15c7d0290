import { type ArrivedLog, type LogFilter, logTail } from '@ml-otel/telemetry-store/queries';
import type { Source } from '../feed.ts';
import type { TailQuery } from '../tail-query.ts';

export interface LogNews {
  readonly records: readonly ArrivedLog[];
  /** More came at once than is told: the list has them. */
  readonly more: boolean;
}

/**
 * Seconds. Records can be read a moment after their batch was made; what takes longer than this (its commit was tried
 * again and again) is in the list, but is not told here.
 */
const OVERLAP = 15;
const MOST = 1_000;

/** Records that fit a filter, as they come. */
export function logSource(query: TailQuery, filter: LogFilter, now: () => number): Source<LogNews> {
  let since = Math.floor(now() / 1_000);
  let told: Map<string, number> | undefined;

  const read = (from: number) =>
    query((store, context) => logTail(store, { ...filter, since: from, limit: MOST }, context));

  return {
    async poll() {
      const found = await read(Math.max(0, since - OVERLAP));
      const counted = countAlike(found);
      const fresh = told === undefined ? [] : newOf(found, told);
      told = counted;
      since = Math.max(since, found.at(-1)?.receivedAt ?? 0);
      return fresh.length === 0 ? [] : [{ records: fresh, more: fresh.length === MOST }];
    },
    // From a place that another feed was at: what is in doubt is told again.
    async begin(position) {
      const from = Number(position ?? Number.NaN);
      if (!Number.isSafeInteger(from) || from < 0 || from > since) return [];
      const records = await read(from);
      return records.length === 0 ? [] : [{ records, more: records.length === MOST }];
    },
    position: () => String(Math.max(0, since - OVERLAP)),
  };
}

function nameOf({ time, id }: ArrivedLog): string {
  return `${time} ${id}`;
}

function countAlike(records: readonly ArrivedLog[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of records) counts.set(nameOf(record), (counts.get(nameOf(record)) ?? 0) + 1);
  return counts;
}

/** Those beyond as many alike as were told. */
function newOf(records: readonly ArrivedLog[], told: ReadonlyMap<string, number>): ArrivedLog[] {
  const left = new Map(told);
  return records.filter((record) => {
    const known = left.get(nameOf(record)) ?? 0;
    left.set(nameOf(record), known - 1);
    return known <= 0;
  });
}
