import { type Run, runPage } from '@ml-otel/telemetry-store/queries';
import { toRunJson } from '../../api/schema/run.ts';
import type { Source } from '../feed.ts';
import type { TailQuery } from '../tail-query.ts';

type RunJson = ReturnType<typeof toRunJson>;

export interface RunsNews {
  /** Runs that are new, or of which something changed. */
  readonly runs: readonly RunJson[];
  /** Ids of those that were deleted. */
  readonly gone: readonly string[];
}

/** Runs that are looked after: those of which something came last. */
const MOST = 200;

/** What changes in the list of runs. A watcher first gets all that are looked after. */
export function runsSource(query: TailQuery, now: () => number): Source<RunsNews> {
  let known = new Map<string, { readonly text: string; readonly run: RunJson }>();

  const read = async () => {
    const request = { sort: 'activity', limit: MOST, now: now() } as const;
    const { runs } = await query((store, context) => runPage(store, request, context));
    return new Map(runs.map((run) => [run.id, entryOf(run)]));
  };

  return {
    async poll() {
      const found = await read();
      const runs = [...found.values()].filter(({ run, text }) => known.get(run.id)?.text !== text);
      // Of a full list, one that is missing may only have been silent for longest.
      const gone = found.size === MOST ? [] : [...known.keys()].filter((id) => !found.has(id));
      known = found;
      return runs.length + gone.length === 0 ? [] : [{ runs: runs.map(({ run }) => run), gone }];
    },
    begin: async () => [{ runs: [...known.values()].map(({ run }) => run), gone: [] }],
    position: () => '',
  };
}

function entryOf(run: Run): { text: string; run: RunJson } {
  const json = toRunJson(run);
  return { text: JSON.stringify(json), run: json };
}
