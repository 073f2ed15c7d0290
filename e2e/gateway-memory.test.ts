import { expect, test } from 'bun:test';
import { startCollector } from './support/collector.ts';
import { residentMiB } from './support/process-usage.ts';
import { pushShortJobs } from './support/push-short-jobs.ts';
import { startService } from './support/service.ts';

const BUILD_MS = 20 * 60_000;
const WARM_JOBS = 3_000;
const JOBS = 12_000;
const SAMPLE_EVERY = 250;
/** Jobs in which the least of the samples is looked for: it lies nearest to what is in use. */
const WINDOW = 1_500;
/** 10 KB kept of each job would be 71 MiB; what garbage waits to be collected differs by some 20 MiB. */
const ALLOWED_MIB = 40;

test(
  'ten thousand short jobs leave the resident memory of the gateway flat',
  async () => {
    await using collector = await startCollector();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.grpcEndpoint, LOG_LEVEL: 'warn' };
    await using gateway = await startService('push-gateway', env);
    const samples: { jobs: number; mib: number }[] = [];
    for (let jobs = 0; jobs < JOBS; jobs += SAMPLE_EVERY) {
      await pushShortJobs({ port: gateway.port, from: jobs, to: jobs + SAMPLE_EVERY, atOnce: 8 });
      samples.push({ jobs: jobs + SAMPLE_EVERY, mib: residentMiB(gateway.pid) });
    }
    const leastOf = (after: number) =>
      Math.min(...samples.filter(({ jobs }) => jobs > after && jobs <= after + WINDOW).map(({ mib }) => mib));
    expect(leastOf(JOBS - WINDOW) - leastOf(WARM_JOBS)).toBeLessThan(ALLOWED_MIB);
  },
  BUILD_MS,
);
