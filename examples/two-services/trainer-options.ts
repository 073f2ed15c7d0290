import { parseArgs } from 'node:util';

/** The exit code of a trainer whose machine was taken away: start it again (EX_TEMPFAIL of sysexits.h). */
export const PREEMPTED = 75;

export interface TrainerOptions {
  /** Where the data service is. */
  readonly service: string;
  readonly jobId: string;
  readonly rank: number;
  readonly ranks: number;
  /** Of this attempt; the same for all ranks. */
  readonly startTime: Date;
  readonly epochs: number;
  /** In an epoch. */
  readonly batches: number;
  readonly learningRate: number;
  /** After each batch, so that there is something to watch. */
  readonly pauseMillis: number;
  /** Path of a file. */
  readonly checkpoint: string;
  /** The step, counted from the run's first, before which the machine is taken away. */
  readonly preemptAt: number | undefined;
}

/** As arguments of the trainer's command. */
export function trainerArguments(options: TrainerOptions): string[] {
  const { startTime, preemptAt, ...rest } = options;
  const given = {
    ...rest,
    startTime: startTime.toISOString(),
    ...(preemptAt !== undefined && { preemptAt }),
  };
  return Object.entries(given).map(([name, value]) => `--${name}=${value}`);
}

/** The other way round. @throws TypeError where one is unknown */
export function parseTrainerOptions(args: readonly string[]): TrainerOptions {
  const text = { type: 'string', default: '' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      service: text,
      jobId: text,
      rank: text,
      ranks: text,
      startTime: text,
      epochs: text,
      batches: text,
      learningRate: text,
      pauseMillis: text,
      checkpoint: text,
      preemptAt: { type: 'string' },
    },
  });
  return {
    service: values.service,
    jobId: values.jobId,
    rank: Number(values.rank),
    ranks: Number(values.ranks),
    startTime: new Date(values.startTime),
    epochs: Number(values.epochs),
    batches: Number(values.batches),
    learningRate: Number(values.learningRate),
    pauseMillis: Number(values.pauseMillis),
    checkpoint: values.checkpoint,
    preemptAt: values.preemptAt === undefined ? undefined : Number(values.preemptAt),
  };
}
