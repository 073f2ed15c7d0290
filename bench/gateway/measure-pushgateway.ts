import { cpuSeconds } from '../../e2e/support/process-usage.ts';
import { parsePrometheusText } from '../../scripts/prometheus-text.ts';
import type { LoadPlan } from './load-plan.ts';
import type { Measured } from './measured.ts';
import { startPushgateway } from './pushgateway.ts';
import { runLoad } from './run-load.ts';

/**
 * Pushes the same values to the Pushgateway. It answers when a push is stored, and keeps the last one of each job: what
 * can be checked is that the last step of every job is there.
 */
export async function measurePushgateway(
  plan: Pick<LoadPlan, 'jobs' | 'stepsPerJob'>,
  flags: readonly string[] = [],
): Promise<Measured> {
  await using peer = await startPushgateway(flags);
  const cpuBefore = cpuSeconds(peer.pid);
  const load = await runLoad({
    ...plan,
    target: 'pushgateway',
    port: peer.port,
    snapshotsPerRequest: 1,
    format: 'json',
  });
  const serverCpuSeconds = cpuSeconds(peer.pid) - cpuBefore;
  const text = await (await fetch(`http://127.0.0.1:${peer.port}/metrics`)).text();
  const last = parsePrometheusText(text).filter(
    ({ name, value }) => name === 'ml_training_batch_number' && value === plan.stepsPerJob,
  );
  const seconds = (load.finished - load.started) / 1_000;
  return {
    snapshots: plan.jobs * plan.stepsPerJob,
    answeredSeconds: seconds,
    endToEndSeconds: seconds,
    serverCpuSeconds,
    clientCpuSeconds: load.cpuSeconds,
    refusals: load.refusals,
    lost: plan.jobs - last.length,
    repeated: 0,
    uncounted: 0,
  };
}
