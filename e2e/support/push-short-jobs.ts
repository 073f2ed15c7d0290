/** Bounds of one run of short jobs. */
export interface ShortJobs {
  readonly port: number;
  /** Jobs `from` to `to`, the last not included. */
  readonly from: number;
  readonly to: number;
  /** Jobs that run at the same time. */
  readonly atOnce: number;
}

const SNAPSHOTS = 5;

/**
 * Runs jobs that each start, push five snapshots one by one, and say that they have finished; every job has its own
 * name. Resolves when the last was answered.
 * @throws Error for an answer other than 202 and 429; 429 is waited for and sent again
 */
export async function pushShortJobs({ port, from, to, atOnce }: ShortJobs): Promise<void> {
  let next = from;
  const worker = async () => {
    while (next < to) await runJob(port, next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function runJob(port: number, job: number): Promise<void> {
  const start = Date.now() - 60_000;
  const identity = {
    job_id: `short-job-${job}`,
    model_name: 'resnet-50',
    dataset: 'imagenet',
    start_time: new Date(start).toISOString(),
    labels: { team: 'vision', trial: String(job) },
  };
  for (let batch = 1; batch <= SNAPSHOTS; batch++) {
    await push(port, {
      timestamp: new Date(start + batch * 1_000).toISOString(),
      job_metadata: identity,
      training_metrics: {
        epoch: 0,
        batch_number: batch,
        training_loss: 1 / batch,
        processing_time_ms: 100 + batch,
        samples_per_second: 200 + batch,
      },
      ...(batch === 1 && { config: { optimizer: 'adam', learning_rate: 0.001, layers: [64, 64, job] } }),
    });
  }
  await push(port, {
    timestamp: new Date(start + 10_000).toISOString(),
    job_metadata: identity,
    status: 'finished',
  });
}

async function push(port: number, snapshot: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(snapshot),
  });
  const text = await response.text();
  if (response.status === 202) return;
  if (response.status !== 429) throw new Error(`The gateway answered ${response.status}: ${text}`);
  await Bun.sleep(Number(response.headers.get('retry-after') ?? 1) * 1_000);
  await push(port, snapshot);
}
