import { startCollector } from '../../e2e/support/collector.ts';
import { residentMiB } from '../../e2e/support/process-usage.ts';
import { pushShortJobs } from '../../e2e/support/push-short-jobs.ts';
import { startService } from '../../e2e/support/service.ts';
import { textPlot } from './text-plot.ts';

const JOBS = 10_000;
const EVERY = 500;
/** Until here a process that starts is still growing into its caches. */
const WARM = 2_000;
/** Jobs in which the least is looked for: it lies nearest to what is in use, with the least garbage. */
const WINDOW = 2_000;

/**
 * Resident memory of the gateway while ten thousand short jobs come and go, sending to a real collector. It is looked
 * at when what was pushed has gone out, without asking for a garbage collection.
 */
export async function measureShortJobs(): Promise<string> {
  await using collector = await startCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.grpcEndpoint, LOG_LEVEL: 'warn' };
  await using gateway = await startService('push-gateway', env);
  const samples: [jobs: number, mib: number][] = [[0, residentMiB(gateway.pid)]];
  for (let jobs = 0; jobs < JOBS; jobs += EVERY) {
    await pushShortJobs({ port: gateway.port, from: jobs, to: jobs + EVERY, atOnce: 8 });
    samples.push([jobs + EVERY, residentMiB(gateway.pid)]);
  }
  const at = (jobs: number) => samples.find(([when]) => when === jobs)![1];
  const growth = at(JOBS) - at(WARM);
  const perJob = (growth * 1024 * 1024) / (JOBS - WARM);
  const least = (after: number) =>
    Math.min(...samples.filter(([jobs]) => jobs > after && jobs <= after + WINDOW).map(([, mib]) => mib));
  const leastGrowth = least(JOBS - WINDOW) - least(WARM);
  return [
    textPlot(
      samples.map(([jobs, mib]) => [`${jobs} jobs`, mib]),
      'MiB',
    ),
    `From job ${WARM} to ${JOBS}: ${growth.toFixed(1)} MiB, ${perJob.toFixed(0)} bytes a job; ` +
      `between the least of ${WINDOW} jobs there and here: ${leastGrowth.toFixed(1)} MiB.`,
  ].join('\n');
}
