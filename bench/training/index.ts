import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, openMigratedEmbedded, readMigrations } from '@ml-otel/telemetry-store';
import { runPage, type TrainingSeriesRequest, trainingSeries } from '@ml-otel/telemetry-store/queries';
import { MIGRATIONS } from '../../packages/telemetry-store/src/testing/migrated-folder.ts';
import { showSpread, spreadOf } from '../support/spread.ts';
import { CURVES, insertTrainingRun } from '../support/training-run.ts';

const ROUNDS = 7;
const STEPS = 1_000_000;
/** Of runs that are laid over each other. */
const COMPARED = Array.from({ length: 100 }, (_, i) => `compared-${i}`);
const COMPARED_STEPS = 20_000;

/**
 * Reading curves of two runs of a million steps, one of which resumed at 700,000, what it costs to read all points instead, and
 * curves of a hundred runs at once.
 */
export async function measureTraining(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ml-otel-bench-'));
  const connection = await openMigratedEmbedded(folder, readMigrations(MIGRATIONS));
  try {
    await insertTrainingRun(connection, { id: 'plain', steps: STEPS });
    await insertTrainingRun(connection, { id: 'resumed', steps: STEPS, resumedAt: 700_000 });
    for (const id of COMPARED)
      await insertTrainingRun(connection, { id, steps: COMPARED_STEPS, curves: CURVES.slice(0, 1) });
    const rows: string[] = [];
    for (const [name, ask] of questions(connection)) rows.push(await row(name, ask));
    return ['| question | ms | CPU ms |', '| --- | ---: | ---: |', ...rows].join('\n');
  } finally {
    await connection.close();
    await rm(folder, { recursive: true });
  }
}

function questions(connection: Connection): [string, () => Promise<unknown>][] {
  const curves = (run: string, count: number, more: Partial<TrainingSeriesRequest> = {}) =>
    trainingSeries(connection, { runs: [run], metrics: CURVES.slice(0, count), ...more });
  const compared = (more: Partial<TrainingSeriesRequest> = {}) =>
    trainingSeries(connection, { runs: COMPARED, metrics: CURVES.slice(0, 1), points: 300, ...more });
  const few = { from: 400_000, to: 400_900 };
  const some = { from: 400_000, to: 430_000 };
  const all = (sql: string) => connection.query(sql, { limits: { memoryBytes: 8 << 30 } });
  const kept = 'SELECT count(), max(Value) FROM';
  return [
    ['one curve, all of it', () => curves('plain', 1)],
    ['seven curves, all of them', () => curves('plain', 7)],
    ['seven curves by time', () => curves('plain', 7, { x: 'time' })],
    ['seven curves, 30,000 steps', () => curves('plain', 7, some)],
    ['seven curves, 900 steps, each', () => curves('plain', 7, few)],
    ['one curve of the resumed run', () => curves('resumed', 1)],
    ['seven curves of the resumed run', () => curves('resumed', 7)],
    ['one curve of the resumed run, every attempt', () => curves('resumed', 1, { attempts: 'all' })],
    ['seven curves of the resumed run, every attempt', () => curves('resumed', 7, { attempts: 'all' })],
    ['one curve of each of a hundred runs of 20,000 steps', () => compared()],
    ['the same, 3,000 steps', () => compared({ from: 5_000, to: 8_000 })],
    ['the list of runs', () => runPage(connection, { now: Date.now() })],
    ['all points of seven curves, FINAL', () => all(`${kept} training_points FINAL WHERE RunId = 'plain'`)],
    [
      'all points of seven curves, LIMIT 1 BY',
      () =>
        all(
          `${kept} (SELECT Series, EpochWhole, Batch, Value FROM training_points WHERE RunId = 'plain'
           ORDER BY Series, EpochWhole, Batch, Time DESC LIMIT 1 BY Series, EpochWhole, Batch)`,
        ),
    ],
  ];
}

async function row(name: string, ask: () => Promise<unknown>): Promise<string> {
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [started, used] = [performance.now(), process.cpuUsage()];
    await ask();
    const { user, system } = process.cpuUsage(used);
    wall.push(performance.now() - started);
    cpu.push((user + system) / 1_000);
  }
  return `| ${name} | ${showSpread(spreadOf(wall))} | ${showSpread(spreadOf(cpu))} |`;
}
