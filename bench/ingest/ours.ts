import { join } from 'node:path';
import { cpuSeconds } from '../../e2e/support/process-usage.ts';
import { startService } from '../../e2e/support/service.ts';
import { freePorts } from '../../scripts/free-port.ts';
import { countRows } from './engine.ts';
import { type Measured, mostResidentMiB, quietCpuSeconds, type Task, WARM_UP_ITEMS } from './measured.ts';
import { LOAD_OF } from './requests.ts';
import { runLoad } from './run-load.ts';

/** Through the explorer with its default settings and the embedded engine; leaves its store in the folder. */
export async function measureOurs(task: Task, folder: string): Promise<Measured> {
  const data = join(folder, 'store');
  const [grpcPort, httpPort] = await freePorts(2);
  await using explorer = await startService('explorer', {
    ML_OTEL_DATA_DIR: data,
    OTLP_GRPC_PORT: String(grpcPort),
    OTLP_HTTP_PORT: String(httpPort),
    LOG_LEVEL: 'warn',
  });
  await runLoad({ ...task, items: WARM_UP_ITEMS, grpcPort: grpcPort! });
  const before = await quietCpuSeconds([explorer.pid]);
  const load = await runLoad({ ...task, grpcPort: grpcPort! });
  const residentMiB = mostResidentMiB([explorer.pid]);
  const cpu = (await quietCpuSeconds([explorer.pid])) - before;
  if (cpuSeconds(explorer.pid) === 0) throw new Error('the explorer has ended');
  await explorer.stop();
  const rows = await countRows(data, LOAD_OF[task.load].table);
  if (rows !== task.items + WARM_UP_ITEMS)
    throw new Error(`${rows} rows instead of ${task.items + WARM_UP_ITEMS}:\n${explorer.log()}`);
  return {
    seconds: (load.finished - load.started) / 1_000,
    cpuSeconds: cpu,
    loadMakerCpuSeconds: load.cpuSeconds,
    residentMiB,
  };
}
