import { startCollector } from '../../e2e/support/collector.ts';
import { cpuSeconds } from '../../e2e/support/process-usage.ts';
import { startService } from '../../e2e/support/service.ts';
import { waitUntil } from '../../scripts/wait-until.ts';
import { startArrivalSink } from './arrival-sink.ts';
import { countArrivals, GAUGES_PER_SNAPSHOT, HISTOGRAMS_PER_SNAPSHOT } from './count-arrivals.ts';
import type { LoadPlan } from './load-plan.ts';
import type { Measured } from './measured.ts';
import { runLoad } from './run-load.ts';

/** The sink has been told all when it heard nothing for so long. */
const QUIET_MILLIS = 2_500;

/**
 * Pushes a plan through our gateway into a real collector, set up as it ships with `forward.yaml` beside it, and counts
 * at what the collector forwards to. The clock stops when the last step came out of the collector.
 */
export async function measureOurs(plan: Omit<LoadPlan, 'target' | 'port'>): Promise<Measured> {
  await using sink = startArrivalSink();
  await using collector = await startCollector({
    configs: ['config.yaml', 'forward.yaml', 'yaml:exporters::otlp_http/forward::compression: none'],
    env: { FORWARD_ENDPOINT: sink.endpoint },
  });
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.grpcEndpoint, LOG_LEVEL: 'warn' };
  await using gateway = await startService('push-gateway', env, profiling());
  const cpuBefore = cpuSeconds(gateway.pid);
  const load = await runLoad({ ...plan, target: 'push-gateway', port: gateway.port });
  await waitUntil(() => Date.now() - Math.max(sink.arrivals.at(-1)?.at ?? 0, load.finished) > QUIET_MILLIS, {
    what: 'the last point',
  });
  const serverCpuSeconds = cpuSeconds(gateway.pid) - cpuBefore;
  await gateway.stop();
  const arrived = countArrivals(sink.arrivals);
  const sent = plan.jobs * plan.stepsPerJob;
  return {
    snapshots: sent,
    answeredSeconds: (load.finished - load.started) / 1_000,
    endToEndSeconds: (arrived.lastAt - load.started) / 1_000,
    serverCpuSeconds,
    clientCpuSeconds: load.cpuSeconds,
    refusals: load.refusals,
    lost: sent * GAUGES_PER_SNAPSHOT - arrived.distinct,
    repeated: arrived.repeated + Math.max(0, arrived.observations - sent * HISTOGRAMS_PER_SNAPSHOT),
    uncounted: sent * HISTOGRAMS_PER_SNAPSHOT - arrived.observations,
  };
}

/** `BENCH_CPU_PROFILE=<folder>` writes a profile of the gateway there. */
function profiling(): { bunFlags?: readonly string[] } {
  const folder = process.env.BENCH_CPU_PROFILE;
  return folder ? { bunFlags: ['--cpu-prof', '--cpu-prof-md', '--cpu-prof-dir', folder] } : {};
}
