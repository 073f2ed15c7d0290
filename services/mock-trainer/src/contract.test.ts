import { expect, test } from 'bun:test';
import { parseJson, parseSnapshot } from 'ml-otel-bridge/schema';
import { serialize } from './serialize-snapshot.ts';
import type { TrainingSnapshot } from './snapshot.ts';
import { TrainingJob } from './training-job.ts';
import { jobIdOf, workloadOf } from './workload.ts';

/** All snapshots of a run that diverges and falls back to a checkpoint, as they are written. */
function snapshotsOf(index: number, ranks: number): TrainingSnapshot[] {
  const length = { epochs: 3, batchesPerEpoch: 20, forever: false };
  const options = { jobId: jobIdOf(index), workload: workloadOf(index), ranks, length, seed: 1 };
  const job = new TrainingJob({ ...options, numbering: 'restart', startTime: new Date() });
  const snapshots: TrainingSnapshot[] = [];
  for (let step = 1; !job.done; step += 1) {
    if (step === 25) job.restart();
    if (step === 40) job.diverge();
    job.advance(0);
    snapshots.push(...job.snapshots(new Date(), job.done ? 'finished' : 'running'));
  }
  return snapshots;
}

for (const [index, ranks] of [0, 1, 2, 3].flatMap((index) => [[index, 1] as const, [index, 3] as const])) {
  test(`every snapshot of ${jobIdOf(index)} with ${ranks} rank(s) keeps the bridge's contract`, () => {
    const snapshots = snapshotsOf(index, ranks);
    expect(snapshots.length).toBeGreaterThan(60);
    for (const snapshot of snapshots) {
      const json = parseJson(serialize(snapshot));
      const parsed = json.ok ? parseSnapshot(json.value) : json;
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
      expect(Object.fromEntries(parsed.value.training_metrics)).toEqual(snapshot.training_metrics);
      expect(parsed.value.status).toBe(snapshot.status);
      expect(parsed.value.job_metadata.rank ?? undefined).toEqual(snapshot.job_metadata.rank);
    }
  });
}
