import { join } from 'node:path';
import { type Child, startChild } from '../../scripts/child-process.ts';
import { freePorts } from '../../scripts/free-port.ts';
import { waitUntil } from '../../scripts/wait-until.ts';
import { codeBlocks } from './markdown.ts';
import { type PythonSdk, runProgram, writeFromReadme } from './python-sdk.ts';

const README = join(import.meta.dir, '../../python/README.md');

/**
 * The two web applications of python/README.md, each started, asked and ended as it says there; only the ports are others.
 * Gives what the order was answered with. Both have ended, and so sent all that they recorded, when it resolves.
 */
export async function runApplications(sdk: PythonSdk, endpoint: string): Promise<unknown> {
  const [shopPort, frontPort] = await freePorts(2);
  const adapted = (code: string) =>
    code.replaceAll('5001', String(shopPort)).replaceAll('5002', String(frontPort));
  const env = {
    PATH: `${sdk.bin}:${process.env.PATH}`,
    SHOP_URL: `http://127.0.0.1:${shopPort}`,
    ML_OTEL_ENDPOINT: endpoint,
    // Else a busy machine's receiver may be given up too soon.
    ML_OTEL_SHUTDOWN_TIMEOUT: '30',
  };
  const blocks = codeBlocks(await Bun.file(README).text());
  const command = (name: string) => {
    const block = blocks.find(({ language, run }) => language === 'sh' && run === name);
    if (block === undefined) throw new Error(`python/README.md has no block that is marked run=${name}`);
    return adapted(block.code).trim();
  };
  const lines: string[] = [];
  const serve = (name: string): Child =>
    startChild({
      command: ['bash', '-c', `exec ${command(name)}`],
      cwd: sdk.folder,
      env,
      onLine: (line) => lines.push(`${name}: ${line}`),
    });
  await writeFromReadme('shop.py', sdk.folder);
  await writeFromReadme('front.py', sdk.folder);
  const children = [serve('shop'), serve('front')];
  try {
    for (const port of [shopPort, frontPort])
      await waitUntil(async () => (await fetch(`http://127.0.0.1:${port}/is-there-anybody`)).status === 404, {
        what: `an application on port ${port}; so far they said:\n${lines.join('\n')}`,
      });
    const order = await runProgram(['bash', '-euc', command('order')], { cwd: sdk.folder, env });
    if (order.code !== 0) throw new Error(`${order.output}\n${lines.join('\n')}`);
    // SIGTERM, as a scheduler ends a service.
    await Promise.all(children.map((child) => child.stop(60_000)));
    return JSON.parse(order.output);
  } finally {
    await Promise.all(children.map((child) => child.kill9()));
  }
}
