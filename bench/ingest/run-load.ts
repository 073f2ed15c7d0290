import { join } from 'node:path';
import { startChild } from '../../scripts/child-process.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';

/** Runs the load maker in a process of its own. @throws Error with its output where it failed */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const lines: string[] = [];
  const child = startChild({
    command: [process.execPath, join(import.meta.dir, 'load-maker.ts'), JSON.stringify(plan)],
    onLine: (line) => lines.push(line),
  });
  try {
    if ((await child.exited) !== 0) throw new Error(`The load maker failed:\n${lines.join('\n')}`);
    return JSON.parse(lines.at(-1) ?? '') as LoadResult;
  } finally {
    await child.kill9();
  }
}
