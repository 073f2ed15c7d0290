import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { type Config, parseConfig } from './config.ts';
import { createLogger } from './logger.ts';
import { helpText } from './options.ts';
import { createSinks } from './sinks.ts';
import { type Publish, train } from './train.ts';
import { TrainingJob } from './training-job.ts';
import { jobIdOf, workloadOf } from './workload.ts';

const parsed = parseConfig(process.argv.slice(2), process.env);
if (parsed.kind === 'help') {
  console.log(helpText());
} else if (parsed.kind === 'invalid') {
  console.error(['The settings are not right (--help shows them all):', ...parsed.issues].join('\n  '));
  process.exitCode = 2;
} else {
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  process.on('SIGINT', () => stop.abort());
  const log = createLogger(parsed.config.logLevel, process.stdout.isTTY === true);
  process.exit(await run(parsed.config, stop.signal, log));
}

/** Trains until the end or until `signal`; the exit code. */
async function run(config: Config, signal: AbortSignal, log: Logger): Promise<number> {
  const token = await readToken(config.token).catch((error: Error) => error);
  if (token instanceof Error) {
    log.fatal({ reason: token.message }, 'cannot read ML_OTEL_TOKEN_FILE: name a file that holds the token');
    return 2;
  }
  const sinks = createSinks(config, token, log);
  const jobs = createJobs(config);
  log.info(
    { jobs: jobs.map((job) => job.jobId), file: config.metricsFilePath, push: config.pushUrl },
    'training',
  );
  const outcome = await train(jobs, showSteps(sinks.publish, log), signal, config);
  log.info({ outcome }, 'training ended');
  if (outcome === 'crashed') return 1;
  // A stopped process has two seconds in all; a finished one may wait for a gateway that is away.
  await sinks.close(
    outcome === 'stopped'
      ? AbortSignal.timeout(1000)
      : AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
  );
  return 0;
}

/** A trainer says how it does, as people are used to. */
function showSteps(publish: Publish, log: Logger): Publish {
  return async (snapshot, job) => {
    const { epoch, batch_number, training_loss, accuracy } = snapshot.training_metrics;
    log.info(
      { job: snapshot.job_metadata.job_id, epoch, batch: batch_number, loss: training_loss, accuracy },
      'step',
    );
    await publish(snapshot, job);
  };
}

function createJobs(config: Config): TrainingJob[] {
  const startTime = new Date();
  return Array.from(
    { length: config.jobs },
    (_, index) =>
      new TrainingJob({ ...config, jobId: jobIdOf(index), workload: workloadOf(index), startTime }),
  );
}

async function readToken(token: Config['token']): Promise<string | undefined> {
  if (token === undefined || 'value' in token) return token?.value;
  return (await readFile(token.file, 'utf8')).trim();
}
