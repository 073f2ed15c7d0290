import { RUN_STATES } from './run-state.ts';
import type { Run } from './runs-query.ts';

export type RunsRow =
  | { readonly kind: 'group'; readonly name: string; readonly runs: readonly Run[] }
  | { readonly kind: 'run'; readonly run: Run };

/** Runs under a heading for each value, in the order in which they come; states in their own. Without a key there are no headings. */
export function groupRuns(
  runs: readonly Run[],
  by: 'state' | 'model' | 'dataset' | 'project' | undefined,
): RunsRow[] {
  if (by === undefined) return runs.map((run) => ({ kind: 'run', run }));
  const groups = Map.groupBy(runs, (run) => run[by]);
  const names = by === 'state' ? RUN_STATES.filter((state) => groups.has(state)) : [...groups.keys()];
  return names.flatMap((name) => {
    const members = groups.get(name)!;
    return [
      { kind: 'group' as const, name, runs: members },
      ...members.map((run) => ({ kind: 'run' as const, run })),
    ];
  });
}
