import { queryOptions, useQuery } from '@tanstack/react-query';
import { formatNumber } from '../ui/format-number.ts';
import { batched } from './curves/batched.ts';
import { type Curve, loadCurves, MOST_RUNS } from './curves/curve.ts';
import { RunSpark } from './run-spark.tsx';
import type { Run } from './runs-query.ts';

const METRIC = 'ml.training.loss';
/** Buckets of all runs of one call are alike: a short run among long ones has fewer. */
const POINTS = 150;
const AGAIN_MILLIS = 10_000;

const load = batched<string, Curve>(
  async (runs) => {
    const { curves } = await loadCurves({ runs, metrics: [METRIC], x: 'step', points: POINTS });
    // Of several ranks the first stands for all.
    return new Map(curves.toReversed().map((curve) => [curve.run, curve]));
  },
  { most: MOST_RUNS },
);

function lossCurve(run: string) {
  return queryOptions({ queryKey: ['runs', 'loss', run], queryFn: async () => (await load(run)) ?? null });
}

/** The shape of the loss of a run, from its first step to its last. */
export function LossSpark({ run }: { readonly run: Run }) {
  const { data } = useQuery({
    ...lossCurve(run.id),
    enabled: run.lastLoss !== undefined,
    refetchInterval: run.state === 'running' ? AGAIN_MILLIS : false,
  });
  if (data === undefined || data === null) return null;
  const label = `Loss of ${run.name}: from ${formatNumber(data.first[0] ?? Number.NaN)} to ${formatNumber(data.last.at(-1) ?? Number.NaN)}`;
  return <RunSpark curve={data} label={label} />;
}
