import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeOf, run } from '../scripts/run-command.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { startCollector } from './support/collector.ts';
import { ensureNode } from './support/ensure-node.ts';
import { forwardTo, startOtlpSink } from './support/otlp-sink.ts';
import { type TempFolder, tempFolder } from './support/temp-folder.ts';

setDefaultTimeout(300_000);

const PACKAGE = join(import.meta.dir, '../packages/ml-otel-bridge');
const TSC = join(import.meta.dir, '../node_modules/.bin/tsc');

/** The library as it would be published, in a project of its own. */
let project: TempFolder;
let tarball: string;

beforeAll(async () => {
  project = await tempFolder();
  await run(['bun', 'pm', 'pack', '--quiet', '--destination', project.path], { cwd: PACKAGE });
  tarball = join(project.path, readdirSync(project.path).find((name) => name.endsWith('.tgz'))!);
  const dependencies = { 'ml-otel-bridge': `file:${tarball}`, '@types/node': '22.19.1' };
  writeFileSync(join(project.path, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
  await run(['bun', 'install', '--silent', '--linker', 'hoisted'], { cwd: project.path });
});
afterAll(() => project[Symbol.asyncDispose]());

describe('the published package', () => {
  test('holds the library built and as source, and nothing else', async () => {
    const listed = await new Response(Bun.spawn(['tar', '-tzf', tarball]).stdout).text();
    const files = listed.trim().split('\n');
    for (const file of [
      'package.json',
      'README.md',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/schema/index.js',
      'src/index.ts',
    ]) {
      expect(files).toContain(`package/${file}`);
    }
    const stray = files.filter(
      (file) => !/^package\/(package\.json|README\.md|(dist|src)\/.*\.(ts|js|js\.map))$/.test(file),
    );
    expect(stray).toEqual([]);
    expect(files.filter((file) => file.includes('.test.'))).toEqual([]);
  });

  test('under Node 22 a run reaches a real collector, step by step', async () => {
    await using sink = startOtlpSink();
    await using collector = await startCollector({
      configs: ['config.yaml', 'forward.yaml'],
      env: forwardTo(sink),
    });
    writeFileSync(
      join(project.path, 'train.js'),
      `import { startRun } from 'ml-otel-bridge';
       const run = startRun({ jobId: 'node-run', modelName: 'm', dataset: 'd' });
       for (let batch = 1; batch <= 50; batch++) run.log({ loss: 1 / batch }, { epoch: 0, batch });
       if (!(await run.end())) process.exitCode = 1;`,
    );
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.grpcEndpoint };
    expect(await exitCodeOf([await ensureNode(), 'train.js'], { cwd: project.path, env })).toBe(0);
    const losses = () => sink.points.filter(({ metric }) => metric === 'ml.training.loss');
    await waitUntil(() => losses().length >= 50, { what: 'fifty steps' });
    expect(losses().map(({ attributes }) => attributes.batch)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    await waitUntil(() => sink.logs.some(({ eventName }) => eventName === 'ml.run.finished'), {
      what: 'the end of the run',
    });
  });

  test('the schema needs nothing of OpenTelemetry or Node', () => {
    const folder = join(project.path, 'node_modules/ml-otel-bridge/dist/schema');
    const imports = readdirSync(folder)
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) =>
        [...readFileSync(join(folder, name), 'utf8').matchAll(/from '([^.'][^']*)'/g)].map(
          ([, from]) => from,
        ),
      );
    expect([...new Set(imports)]).toEqual(['valibot']);
  });

  test('its types serve a strict program, and refuse a wrong one', async () => {
    const compile = async (source: string) => {
      writeFileSync(join(project.path, 'program.ts'), source);
      return exitCodeOf(
        [
          TSC,
          '--noEmit',
          '--strict',
          '--module',
          'nodenext',
          '--target',
          'es2022',
          '--lib',
          'es2023,esnext.disposable',
          '--types',
          'node',
          '--skipLibCheck',
          'program.ts',
        ],
        { cwd: project.path },
      );
    };
    const good = `import { createBridge, startRun, type RecordOutcome } from 'ml-otel-bridge';
      import { parseSnapshot } from 'ml-otel-bridge/schema';
      import { buildSnapshot, createMemoryReceiver } from 'ml-otel-bridge/testing';
      const outcome: RecordOutcome = createBridge({ clients: createMemoryReceiver().clients }).record(buildSnapshot());
      if (outcome.status === 'rejected') for (const { path } of outcome.issues) path.trim();
      await using run = startRun({ jobId: 'a' });
      run.log({ loss: 1 }, { epoch: 1, batch: 2 });
      const parsed = parseSnapshot({});
      if (!parsed.ok) parsed.issues.length;`;
    expect(await compile(good)).toBe(0);
    expect(await compile(good.replace("jobId: 'a'", 'jobId: 1'))).not.toBe(0);
    expect(await compile(good.replace('{ loss: 1 }', "{ loss: 'x' }"))).not.toBe(0);
  });
});
