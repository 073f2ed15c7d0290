import { join } from 'node:path';
import { type Child, startChild } from '../../scripts/child-process.ts';
import type { EngineOrder, EngineResult } from './engine-child.ts';

export interface EngineRun {
  readonly pid: number;
  readonly result: EngineResult;
  /** Closes the store; resolves when the process is gone. */
  stop(): Promise<void>;
}

/** Lets an engine of its own process do something with a store that nobody has open. @throws Error where it failed */
export async function runEngine(folder: string, order: EngineOrder): Promise<EngineRun> {
  const lines: string[] = [];
  const done = Promise.withResolvers<EngineResult>();
  const child: Child = startChild({
    command: [process.execPath, join(import.meta.dir, 'engine-child.ts'), folder, JSON.stringify(order)],
    env: { UV_THREADPOOL_SIZE: '16' },
    onLine: (line) => {
      lines.push(line);
      if (line.startsWith('{')) done.resolve(JSON.parse(line) as EngineResult);
    },
  });
  void child.exited.then(() => done.reject(new Error(`The engine failed:\n${lines.join('\n')}`)));
  const result = await done.promise;
  return { pid: child.pid, result, stop: async () => void (await child.stop()) };
}

/** Rows of a table of such a store. */
export async function countRows(folder: string, table: string): Promise<number> {
  const { result, stop } = await runEngine(folder, { kind: 'count', table });
  await stop();
  return result.rows;
}
