import { queryOptions, useQuery } from '@tanstack/react-query';
import { formatNumber } from '../ui/format-number.ts';
import { batched } from './curves/batched.ts';
import { type Curve, loadCurves } from './curves/curve.ts';
import { RunSpark } from './run-spark.tsx';
import type { Run } from './runs-query.ts';

const METRIC = 'ml.training.loss';
/** Buckets of all runs of one call are alike: a short run among long ones has fewer. */
const POINTS = 150;
/** Of one call: about those in sight. */
const RUNS = 20;
const AT_ONCE = 3;
const AGAIN_MILLIS = 10_000;

const load = batched<string, Curve>(
  async (runs, signal) => {
    const asked = { runs, metrics: [METRIC], x: 'step', points: POINTS } as const;
    const { curves } = await loadCurves(asked, signal);
    // Of several ranks the first stands for all.
    return new Map(curves.toReversed().map((curve) => [curve.run, curve]));
  },
  { most: RUNS, atOnce: AT_ONCE },
);

function lossCurve(run: string) {
  return queryOptions({
    queryKey: ['runs', 'loss', run],
    queryFn: async ({ signal }) => (await load(run, signal)) ?? null,
  });
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
