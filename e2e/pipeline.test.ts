import { expect, test } from 'bun:test';
import { portVariables } from '../scripts/choose-ports.ts';
import { PIPELINE_PORTS } from '../scripts/pipeline-ports.ts';
import { childrenOf, childWith, livingOf } from './support/child-processes.ts';
import { onFreePorts } from './support/on-free-ports.ts';
import { type Script, startScript } from './support/script.ts';
import { tempFolder } from './support/temp-folder.ts';

const BUILD_MS = 20 * 60_000;

type Pipeline = { script: Script; env: Record<string, string> } & AsyncDisposable;

/** `make pipeline` on free ports in a folder of its own, with a trainer that writes twice a second. */
async function startPipeline(): Promise<Pipeline> {
  const folder = await tempFolder();
  const env = { ML_OTEL_DATA_DIR: folder.path, ...(await onFreePorts(PIPELINE_PORTS)) };
  const script = startScript(['scripts/pipeline.ts', '--interval', '0.5'], env);
  await script.says('Everything runs', BUILD_MS);
  return {
    script,
    env,
    [Symbol.asyncDispose]: async () => {
      await script[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

test(
  'make pipeline shows every metric to make verify; one Ctrl-C ends all',
  async () => {
    await using pipeline = await startPipeline();
    const verify = startScript(['scripts/verify.ts', '--timeout', '60'], pipeline.env);
    const code = await verify.exited;
    const output = verify.output();
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('all 7 queries answer') });
    expect(output).toMatch(/ml_metrics_ml_training_loss .*job_id="training-job-123", model_name="resnet-50"/);

    const children = childrenOf(pipeline.script.pid);
    expect(children.size).toBe(5);
    process.kill(pipeline.script.pid, 'SIGINT');
    expect(await pipeline.script.exited).toBe(0);
    expect(livingOf(children.keys())).toEqual([]);
  },
  BUILD_MS,
);

test(
  'when one process dies the pipeline names it, fails, and leaves no orphan',
  async () => {
    await using pipeline = await startPipeline();
    const children = childrenOf(pipeline.script.pid);
    process.kill(childWith(pipeline.script.pid, 'services/sidecar'), 'SIGKILL');
    expect(await pipeline.script.exited).toBe(1);
    expect(pipeline.script.output()).toContain('sidecar ended with exit code 137');
    expect(livingOf(children.keys())).toEqual([]);
  },
  BUILD_MS,
);

test('a port that is taken is named, with the variable that moves it', async () => {
  using taken = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
  await using script = startScript(['scripts/pipeline.ts'], {
    ...Object.fromEntries(portVariables(PIPELINE_PORTS).map((name) => [name, '0'])),
    PROMETHEUS_PORT: String(taken.port),
  });
  expect(await script.exited).toBe(1);
  expect(script.lines).toEqual([
    `Port ${taken.port} is taken: end what listens there, or set PROMETHEUS_PORT (0: any free one).`,
  ]);
});
