import { expect, test } from 'bun:test';
import { pushShortJobs } from '../bench/short-jobs/push-short-jobs.ts';
import { residentMiB } from '../bench/support/process-usage.ts';
import { startGateway } from '../bench/support/start-gateway.ts';
import { startCollector } from './support/collector.ts';

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
    await using gateway = await startGateway({ endpoint: collector.grpcEndpoint });
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
