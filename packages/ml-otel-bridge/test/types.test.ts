import { expectTypeOf, test } from 'bun:test';
import { createBridge, type RecordOutcome, type Run, startRun } from '../src/index.ts';
import type { Issue, RunStatus, SnapshotInput } from '../src/schema/index.ts';

/** Checked by the type checker; running it only shows that it compiles. */
test('the types that people program against', () => {
  expectTypeOf(createBridge).returns.toHaveProperty('record');
  expectTypeOf<ReturnType<typeof createBridge>['record']>().returns.toEqualTypeOf<RecordOutcome>();
  expectTypeOf<RecordOutcome['status']>().toEqualTypeOf<'accepted' | 'duplicate' | 'rejected' | 'full'>();
  expectTypeOf<Extract<RecordOutcome, { status: 'rejected' }>['issues']>().toEqualTypeOf<readonly Issue[]>();
  expectTypeOf(startRun).returns.toEqualTypeOf<Run>();
  expectTypeOf<Run>().toExtend<AsyncDisposable>();
  expectTypeOf<RunStatus>().toEqualTypeOf<'running' | 'finished' | 'failed'>();
  expectTypeOf<{ job_metadata: { job_id: string } }>().toExtend<SnapshotInput>();
  // @ts-expect-error a metric is a number
  const wrong: SnapshotInput = { job_metadata: { job_id: 'a' }, training_metrics: { loss: '1' } };
  void wrong;
});
