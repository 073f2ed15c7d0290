import { learningRate } from './learning-rate.ts';
import { trainingLoss, type Validation, validate } from './loss-curve.ts';
import { createNoise, type Noise } from './noise.ts';
import { advance, type Position, progressOf, type RunLength, stepOf } from './progress.ts';
import type { RunStatus, TrainingMetrics, TrainingSnapshot } from './snapshot.ts';
import { batchMs, gpuUtilization, validationMs } from './throughput.ts';
import type { Workload } from './workload.ts';

export type JobOptions = {
  jobId: string;
  workload: Workload;
  /** 1 for a job without ranks. */
  ranks: number;
  length: RunLength;
  numbering: 'continue' | 'restart';
  seed: number;
  startTime: Date;
};

const snapshotsWithConfig = 3;
const snapshotsPerCheckpoint = 10;

/** One training run, simulated: the same options give the same metrics, whatever the clock says. */
export class TrainingJob {
  readonly #options: JobOptions;
  /** Of the job as a whole; each rank has its own beside it. */
  readonly #noise: Noise;
  readonly #rankNoise: Noise[];
  #position: Position = { batches: 0, pendingMs: 0 };
  #checkpoint = { latest: this.#position, before: this.#position };
  #validation: Validation;
  #latest = { batchMs: 0, validating: false };
  #snapshots = 0;
  #divergedAt: number | undefined;

  constructor(options: JobOptions) {
    this.#options = options;
    this.#noise = createNoise(options.seed, options.jobId);
    this.#rankNoise = Array.from({ length: options.ranks }, (_, rank) =>
      createNoise(options.seed, `${options.jobId}/${rank}`),
    );
    // Like trainers that check the validation loop first, so that its metrics are there from the first snapshot on.
    this.#validation = validate(options.workload, 0, this.#noise);
  }

  get jobId(): string {
    return this.#options.jobId;
  }

  /** True when the last batch of the last epoch is done. */
  get done(): boolean {
    const { length } = this.#options;
    return !length.forever && progressOf(this.#position.batches, length) >= 1;
  }

  /** Trains for `elapsedMs` of training time, at least one batch. */
  advance(elapsedMs: number): void {
    const { workload, length } = this.#options;
    if (this.#snapshots % snapshotsPerCheckpoint === 1) this.#saveCheckpoint();
    const latestMs = batchMs(workload, this.#noise);
    const time = { elapsedMs, batchMs: latestMs, validationMs: validationMs(workload) };
    const next = advance(this.#position, length, time);
    if (next.validated) {
      this.#validation = validate(workload, progressOf(next.batches, length), this.#noise);
    }
    this.#latest = { batchMs: latestMs, validating: next.validated };
    this.#position = { batches: next.batches, pendingMs: next.pendingMs };
  }

  /** From now on the losses are not finite: infinite once, then NaN. */
  diverge(): void {
    this.#divergedAt ??= this.#snapshots;
  }

  /** Goes back to the checkpoint before the latest, so that the steps after it are earlier ones in any case. */
  restart(): void {
    this.#position = this.#checkpoint.before;
    this.#checkpoint.latest = this.#checkpoint.before;
  }

  /** What each rank writes about the latest batch, in the order of the ranks; call `advance` before. */
  snapshots(timestamp: Date, status: RunStatus): TrainingSnapshot[] {
    const { jobId, workload, ranks, startTime } = this.#options;
    const snapshots = this.#rankNoise.map((noise, rank) => ({
      timestamp: timestamp.toISOString(),
      job_metadata: {
        job_id: jobId,
        model_name: workload.modelName,
        dataset: workload.dataset,
        start_time: startTime.toISOString(),
        ...(ranks > 1 && { rank }),
      },
      training_metrics: this.#metrics(noise),
      status,
      ...(this.#snapshots < snapshotsWithConfig && { config: this.#hyperparameters() }),
    }));
    this.#snapshots += 1;
    return snapshots;
  }

  #saveCheckpoint(): void {
    this.#checkpoint = { latest: this.#position, before: this.#checkpoint.latest };
  }

  #metrics(noise: Noise): TrainingMetrics {
    const { workload, length, numbering } = this.#options;
    const progress = progressOf(this.#position.batches, length);
    const { epoch, batch } = stepOf(this.#position.batches, length, numbering);
    const processingTimeMs = this.#latest.batchMs * Math.exp(0.005 * noise.normal());
    const healthy: TrainingMetrics = {
      epoch,
      batch_number: batch,
      training_loss: round(trainingLoss(workload, progress, noise)),
      validation_loss: round(this.#validation.loss),
      accuracy: round(this.#validation.accuracy),
      learning_rate: learningRate(workload.peakLearningRate, progress),
      gpu_utilization: round(gpuUtilization(this.#latest.validating, noise)),
      processing_time_ms: round(processingTimeMs),
      samples_per_second: round((workload.batchSize * 1000) / processingTimeMs),
    };
    return this.#divergedAt === undefined ? healthy : { ...healthy, ...this.#diverged() };
  }

  #diverged(): Partial<TrainingMetrics> {
    const first = this.#snapshots === this.#divergedAt;
    return {
      training_loss: first ? Number.POSITIVE_INFINITY : Number.NaN,
      validation_loss: Number.NaN,
      accuracy: this.#options.workload.chanceAccuracy,
    };
  }

  #hyperparameters(): Record<string, string | number> {
    const { workload, length, seed, ranks } = this.#options;
    return {
      optimizer: workload.optimizer,
      batch_size: workload.batchSize,
      peak_learning_rate: workload.peakLearningRate,
      learning_rate_schedule: 'warm-up, then cosine',
      epochs: length.epochs,
      batches_per_epoch: length.batchesPerEpoch,
      world_size: ranks,
      seed,
    };
  }
}

/** Six decimals: what a trainer would print. */
function round(value: number): number {
  return Number(value.toFixed(6));
}
