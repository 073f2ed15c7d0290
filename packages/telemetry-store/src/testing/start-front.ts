import { join } from 'node:path';

/** The HTTP front of e2e/, run as a program: nothing of the package imports it. */
const FRONT = join(import.meta.dir, '../../../../e2e/support/clickhouse-front/main.ts');

export type Front = { readonly url: string } & AsyncDisposable;

/** ClickHouse's HTTP interface in a process of its own, with its data in `folder`. */
export async function startFront(folder: string): Promise<Front> {
  const child = Bun.spawn([process.execPath, FRONT, folder], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  let text = '';
  for await (const chunk of child.stdout as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const url = /listening on (\S+)\n/.exec(text)?.[1];
    if (url === undefined) continue;
    return {
      url,
      [Symbol.asyncDispose]: async () => {
        child.kill('SIGKILL');
        await child.exited;
      },
    };
  }
  throw new Error(`the front ended with ${await child.exited} before it listened`);
}
