import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startChild } from '../scripts/child-process.ts';
import { portVariables } from '../scripts/choose-ports.ts';
import { freePorts } from '../scripts/free-port.ts';
import { PIPELINE_PORTS } from '../scripts/pipeline-ports.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { tempFolder } from './support/temp-folder.ts';

const ROOT = join(import.meta.dir, '..');
const PORT_VARIABLES = portVariables(PIPELINE_PORTS);
const BUILD_MS = 20 * 60_000;

type Pipeline = { child: Child; env: Record<string, string>; output: () => string } & AsyncDisposable;

/** `make pipeline` on free ports in a folder of its own, with a trainer that writes twice a second. */
async function startPipeline(): Promise<Pipeline> {
  const folder = await tempFolder();
  const ports = await freePorts(PORT_VARIABLES.length);
  const env = {
    ML_OTEL_DATA_DIR: folder.path,
    ...Object.fromEntries(PORT_VARIABLES.map((name, index) => [name, String(ports[index])])),
  };
  const lines: string[] = [];
  const child = startChild({
    command: [process.execPath, 'scripts/pipeline.ts', '--interval', '0.5'],
    cwd: ROOT,
    env,
    onLine: (line) => lines.push(line),
  });
  const output = () => lines.join('\n');
  await Promise.race([
    waitUntil(() => output().includes('Everything runs'), { what: 'the pipeline', timeoutMs: BUILD_MS }),
    child.exited.then((code) => Promise.reject(new Error(`The pipeline ended with ${code}:\n${output()}`))),
  ]);
  return {
    child,
    env,
    output,
    [Symbol.asyncDispose]: async () => {
      await child.stop(30_000);
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function verify(env: Record<string, string>): Promise<{ code: number; output: string }> {
  const lines: string[] = [];
  const command = [process.execPath, 'scripts/verify.ts', '--timeout', '60'];
  const code = await startChild({ command, cwd: ROOT, env, onLine: (line) => lines.push(line) }).exited;
  return { code, output: lines.join('\n') };
}

/** Name of each child process by its id. */
function childrenOf(parent: number): Map<number, string> {
  const children = new Map<number, string>();
  for (const pid of readdirSync('/proc').map(Number).filter(Boolean)) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (!status.includes(`\nPPid:\t${parent}\n`)) continue;
      children.set(pid, readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
    } catch {
      // It ended while we were looking.
    }
  }
  return children;
}

function alive(pids: Iterable<number>): number[] {
  return [...pids].filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });
}

test(
  'make pipeline shows every metric to make verify; one Ctrl-C ends all',
  async () => {
    await using pipeline = await startPipeline();
    const { code, output } = await verify(pipeline.env);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('all 7 queries answer') });
    expect(output).toMatch(/ml_metrics_ml_training_loss .*job_id="training-job-123", model_name="resnet-50"/);

    const children = childrenOf(pipeline.child.pid);
    expect(children.size).toBe(5);
    process.kill(pipeline.child.pid, 'SIGINT');
    expect(await pipeline.child.exited).toBe(0);
    expect(alive(children.keys())).toEqual([]);
  },
  BUILD_MS,
);

test(
  'when one process dies the pipeline names it, fails, and leaves no orphan',
  async () => {
    await using pipeline = await startPipeline();
    const children = childrenOf(pipeline.child.pid);
    const sidecar = [...children].find(([, command]) => command.includes('services/sidecar'));
    process.kill(sidecar![0], 'SIGKILL');
    expect(await pipeline.child.exited).toBe(1);
    expect(pipeline.output()).toContain('sidecar ended with exit code 137');
    expect(alive(children.keys())).toEqual([]);
  },
  BUILD_MS,
);

test('a port that is taken is named, with the variable that moves it', async () => {
  using taken = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
  const lines: string[] = [];
  const { exited } = startChild({
    command: [process.execPath, 'scripts/pipeline.ts'],
    cwd: ROOT,
    env: {
      ...Object.fromEntries(PORT_VARIABLES.map((name) => [name, '0'])),
      PROMETHEUS_PORT: String(taken.port),
    },
    onLine: (line) => lines.push(line),
  });
  expect(await exited).toBe(1);
  expect(lines).toEqual([
    `Port ${taken.port} is taken: end what listens there, or set PROMETHEUS_PORT (0: any free one).`,
  ]);
});
