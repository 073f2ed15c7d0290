import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runEngine } from './engine.ts';
import { type Measured, mostResidentMiB, quietCpuSeconds, type Task, WARM_UP_ITEMS } from './measured.ts';
import { LOAD_OF } from './requests.ts';

const ROWS_IN_BLOCK = 100_000;
const TIMES: Readonly<Record<string, string>> = {
  otel_traces: 'Timestamp',
  otel_logs: 'Timestamp',
  otel_metrics_gauge: 'TimeUnix',
};

/**
 * The engine alone: the rows of the store that `measureOurs` left in the folder, as files of Native blocks, into a fresh
 * store of the same tables, indexes and views, one insert after the other.
 */
export async function measureCeiling(task: Task, folder: string): Promise<Measured> {
  const { table } = LOAD_OF[task.load];
  const blocks = join(folder, 'blocks');
  await mkdir(blocks);
  const all = task.items + WARM_UP_ITEMS;
  const files = [{ path: join(blocks, 'warm.native'), from: 0, rows: WARM_UP_ITEMS }];
  for (let from = WARM_UP_ITEMS; from < all; from += ROWS_IN_BLOCK) {
    files.push({ path: join(blocks, `${from}.native`), from, rows: Math.min(ROWS_IN_BLOCK, all - from) });
  }
  const exported = await runEngine(join(folder, 'store'), {
    kind: 'export',
    table,
    time: TIMES[table]!,
    files,
  });
  await exported.stop();
  const [warm, ...timed] = files.map(({ path }) => path);
  const fresh = join(folder, 'fresh');
  const engine = await runEngine(fresh, { kind: 'insert', table, warmUp: warm!, files: timed });
  const { started, finished, rows, cpuBeforeSeconds } = engine.result;
  if (rows !== all) throw new Error(`${rows} rows instead of ${all}`);
  const residentMiB = mostResidentMiB([engine.pid]);
  const cpu = (await quietCpuSeconds([engine.pid])) - cpuBeforeSeconds;
  await engine.stop();
  return { seconds: (finished - started) / 1_000, cpuSeconds: cpu, loadMakerCpuSeconds: 0, residentMiB };
}
