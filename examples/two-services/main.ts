/** Two services as processes of their own: the data service, and a trainer for each rank. `--help` shows the options. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Options, parseOptions, USAGE } from './options.ts';
import { PREEMPTED, type TrainerOptions, trainerArguments } from './trainer-options.ts';

const parsed = parseOptions(process.argv.slice(2));
if (parsed.kind === 'help') console.log(USAGE);
else if (parsed.kind === 'wrong') {
  console.error(`${parsed.issue}\n\n${USAGE}`);
  process.exitCode = 2;
} else process.exitCode = await run(parsed.options);

/** Gives the exit code: 0 where every trainer came to its end. */
async function run(options: Options): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'two-services-'));
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ending.abort());
  const { service, url } = await startDataService();
  try {
    console.log(`run ${options.jobId}: data service at ${url}`);
    for (let attempt = 0; ; attempt++) {
      const codes = await runTrainers({ options, url, folder, attempt, ending: ending.signal });
      const failed = codes.find((code) => code !== 0 && code !== PREEMPTED);
      if (failed !== undefined) return failed;
      if (codes.every((code) => code === 0)) return 0;
      if (ending.signal.aborted) return 1;
      console.log('preempted: it goes on from its last checkpoint');
    }
  } finally {
    service.kill('SIGTERM');
    await service.exited;
    await rm(folder, { recursive: true, force: true });
  }
}

interface Attempt {
  readonly options: Options;
  readonly url: string;
  /** For checkpoints. */
  readonly folder: string;
  /** From 0. */
  readonly attempt: number;
  readonly ending: AbortSignal;
}

/** Gives their exit codes. */
async function runTrainers({ options, url, folder, attempt, ending }: Attempt): Promise<number[]> {
  const { jobId, epochs, batches, pauseMillis, ranks, resumes } = options;
  const startTime = new Date();
  const trainers = Array.from({ length: ranks }, (_, rank) => {
    const trainer: TrainerOptions = {
      service: url,
      jobId,
      rank,
      ranks,
      startTime,
      epochs,
      batches,
      learningRate: 0.1,
      pauseMillis,
      checkpoint: join(folder, `rank-${rank}.json`),
      preemptAt: attempt < resumes ? preemption(attempt, options) : undefined,
    };
    return Bun.spawn([process.execPath, join(import.meta.dir, 'trainer.ts'), ...trainerArguments(trainer)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  });
  const end = () => {
    for (const trainer of trainers) trainer.kill('SIGTERM');
  };
  ending.addEventListener('abort', end);
  if (ending.aborted) end();
  try {
    return await Promise.all(trainers.map((trainer) => trainer.exited));
  } finally {
    ending.removeEventListener('abort', end);
  }
}

/** The step before which an attempt ends: in the middle of an epoch, so that the next one repeats some. */
function preemption(attempt: number, { epochs, batches, resumes }: Options): number {
  const epoch = Math.floor(((attempt + 1) * epochs) / (resumes + 1));
  return epoch * batches + Math.floor(batches / 2);
}

/** Resolves when it listens, on a free port of loopback. @throws Error where it ends before */
async function startDataService() {
  const listens = Promise.withResolvers<string>();
  const service = Bun.spawn([process.execPath, join(import.meta.dir, 'data-service.ts')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    ipc: (message: { readonly url: string }) => listens.resolve(message.url),
    onExit: (_, code) => listens.reject(new Error(`the data service ended with exit code ${code}`)),
  });
  return { service, url: await listens.promise };
}
