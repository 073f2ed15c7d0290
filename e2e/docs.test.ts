import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { type Child, startChild } from '../scripts/child-process.ts';
import { SHOWN_IN, withCurrentTables } from '../scripts/configuration-reference.ts';
import { SAMPLE_QUERIES } from '../scripts/expected-metrics.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { type Collector, startCollector } from './support/collector.ts';
import { codeBlocks, inlineCode, links, slugs } from './support/markdown.ts';
import type { Point } from './support/otlp-json-reader.ts';
import { forwardTo, type OtlpSink, startOtlpSink } from './support/otlp-sink.ts';
import { type Service, startService } from './support/service.ts';
import { type TempFolder, tempFolder } from './support/temp-folder.ts';

// The first run may have to build the collector.
setDefaultTimeout(1_200_000);

const ROOT = join(import.meta.dir, '..');
const LIBRARY = 'packages/ml-otel-bridge';
const FOLDERS = [
  '',
  'docs/**/',
  'packages/*/',
  'services/*/',
  'k8s/',
  'conformance/',
  'bench/**/',
  'examples/**/',
  'python/',
  'python/docs/',
];
const DOCUMENTS = FOLDERS.flatMap((folder) => [...new Bun.Glob(`${folder}*.md`).scanSync(ROOT)])
  .filter((path) => !path.includes('node_modules'))
  .sort();
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe.each(DOCUMENTS)('%s', (path) => {
  const text = textOf(path);

  test('every link leads to something that is there', () => {
    const broken = links(text).filter((link) => {
      const [target = '', anchor] = link.split('#');
      const file = target === '' ? path : normalize(join(dirname(path), target));
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && !slugs(textOf(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('every path that is named exists', () => {
    const tops = new Set(readdirSync(ROOT));
    const bases = [ROOT, join(ROOT, dirname(path)), join(ROOT, LIBRARY, 'src')];
    const missing = inlineCode(text)
      .filter((code) => /^[\w.@-]+(\/[\w.@*-]+)*\/?$/.test(code))
      .filter((code) => /\.(ts|md|yaml|yml|json|sh|toml)$/.test(code) || tops.has(code.split('/')[0]!))
      .filter((code) => code.includes('/') || tops.has(code))
      .filter((code) => !/^(out|application|node_modules|v1)\//.test(code) && !code.includes('*'))
      .filter((code) => !bases.some((base) => existsSync(join(base, code))));
    expect(missing).toEqual([]);
  });

  test('every make target that is named exists', () => {
    const targets = new Set([...textOf('Makefile').matchAll(/^([a-z0-9-]+):/gm)].map(([, name]) => name));
    const code = [...inlineCode(text), ...codeBlocks(text).map((block) => block.code)].join('\n');
    const unknown = [...code.matchAll(/\bmake ([a-z][a-z0-9-]*)/g)].filter(([, name]) => !targets.has(name!));
    expect(unknown.map(([found]) => found)).toEqual([]);
  });

  test('diagrams keep to what every renderer of Mermaid draws', () => {
    const node = /[a-z][A-Za-z0-9]*(?:\[[^[\](){}|"<>]+\])?/.source;
    const edge = new RegExp(`^${node}(?: -->(?:\\|[^|]+\\|)? ${node})+$`);
    for (const { code } of codeBlocks(text).filter(({ language }) => language === 'mermaid')) {
      const [first, ...lines] = code.trim().split('\n');
      expect(first).toMatch(/^flowchart (LR|TD)$/);
      expect(lines.map((line) => line.trim()).filter((line) => !edge.test(line))).toEqual([]);
    }
  });
});

test.each([...SHOWN_IN])('the settings in %s are those of the services', async (path) => {
  const text = textOf(path);
  // Else: bun scripts/configuration-reference.ts
  expect(text === (await withCurrentTables(text)) ? 'current' : 'out of date').toBe('current');
});

test('the README shows the queries of make verify', () => {
  const shown = codeBlocks(textOf('README.md')).find(({ language }) => language === 'promql');
  expect(shown?.code.trim().split('\n')).toEqual([...SAMPLE_QUERIES]);
});

test("the library's README names every option of a bridge", () => {
  const declared = ['src/bridge-options.ts', 'src/export/otlp-client.ts'].flatMap((file) => {
    const source = textOf(join(LIBRARY, file));
    const body = /export interface (?:BridgeOptions|OtlpOptions)[^{]*\{\n(.*?)\n\}/s.exec(source)?.[1] ?? '';
    return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name!);
  });
  expect(declared.length).toBeGreaterThan(15);
  const named = inlineCode(textOf(join(LIBRARY, 'README.md')));
  expect(declared.filter((name) => !named.includes(name))).toEqual([]);
});

describe('what the documents show runs', () => {
  let folder: TempFolder;
  let sink: OtlpSink;
  let collector: Collector;
  let gateway: Service;

  beforeAll(async () => {
    folder = await tempFolder();
    sink = startOtlpSink();
    collector = await startCollector({ configs: ['config.yaml', 'forward.yaml'], env: forwardTo(sink) });
    gateway = await startService('push-gateway', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.grpcEndpoint });
    // The library and what it depends on, as they lie in the node_modules of somebody who installed them.
    mkdirSync(join(folder.path, 'node_modules'));
    symlinkSync(join(ROOT, LIBRARY), join(folder.path, 'node_modules/ml-otel-bridge'));
    symlinkSync(
      join(ROOT, LIBRARY, 'node_modules/@opentelemetry'),
      join(folder.path, 'node_modules/@opentelemetry'),
    );
  });
  afterAll(async () => {
    await Promise.all([gateway, collector, sink, folder].map((part) => part?.[Symbol.asyncDispose]()));
  });

  /** Addresses and folders are the test's own; all else is as it is shown. */
  const adapted = (code: string) =>
    code
      .replaceAll('http://127.0.0.1:9091', gateway.url)
      .replaceAll('/tmp/my-run', join(folder.path, 'my-run'))
      .replaceAll(/\bbun (?=services\/)/g, `exec ${process.execPath} ${ROOT}/`);

  function begin(command: readonly string[]): { child: Child; output: () => string } {
    const lines: string[] = [];
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.grpcEndpoint };
    const child = startChild({ command, cwd: folder.path, env, onLine: (line) => lines.push(line) });
    return { child, output: () => lines.join('\n') };
  }

  async function runToEnd(command: readonly string[]): Promise<string> {
    const { child, output } = begin(command);
    expect({ code: await child.exited, output: output() }).toMatchObject({ code: 0 });
    return output();
  }

  const arrive = async (job: string, count: number): Promise<Point[]> => {
    const losses = () =>
      sink.points.filter(
        ({ metric, attributes }) => metric === 'ml.training.loss' && attributes['job.id'] === job,
      );
    await waitUntil(() => losses().length >= count, { what: `${count} points of ${job}` });
    return losses();
  };

  const readme = codeBlocks(textOf('README.md'));
  const shell = (name: string) => {
    const block = readme.find(({ run }) => run === name);
    if (block === undefined) throw new Error(`README.md has no block that is marked run=${name}`);
    return ['bash', '-euo', 'pipefail', '-c', adapted(block.code)];
  };

  const programs = ['README.md', join(LIBRARY, 'README.md')].flatMap((path) =>
    codeBlocks(textOf(path))
      .filter(({ language }) => language === 'ts')
      .map(({ code, run, line }) => ({ title: `${relative(ROOT, join(ROOT, path))}:${line}`, code, run })),
  );

  test.each(programs)('$title', async ({ title, code, run }) => {
    expect(['collector', '']).toContain(run!);
    const file = join(folder.path, `${title.replaceAll(/\W/g, '-')}.ts`);
    writeFileSync(file, code);
    await runToEnd([process.execPath, file]);
    const job = /(?:jobId: |job_id["']?: ?)["']([\w-]+)/.exec(code)?.[1];
    if (run === 'collector') expect((await arrive(job!, 1)).length).toBeGreaterThan(0);
  });

  test('README: a file, through the sidecar', async () => {
    const sidecar = begin(shell('sidecar'));
    await waitUntil(() => sidecar.output().includes('watching the metrics file'), { what: 'the sidecar' });
    await runToEnd(shell('write-file'));
    expect((await arrive('my-file-run', 1))[0]).toMatchObject({ value: 0.5, attributes: { batch: 1 } });
    expect(await sidecar.child.stop()).toBe(0);
  });

  test('README: a push, and one of lines', async () => {
    expect(JSON.parse(await runToEnd(shell('push')))).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    expect(JSON.parse(await runToEnd(shell('push-lines')))).toEqual({
      accepted: 3,
      duplicates: 0,
      rejected: [],
    });
    await arrive('my-pushed-run', 1);
    expect((await arrive('my-lines', 3)).map(({ attributes }) => attributes.batch)).toEqual([1, 2, 3]);
  });

  test('every example of a shell that is marked is run here', () => {
    const marked = readme.flatMap(({ language, run }) =>
      language === 'sh' && run !== undefined ? [run] : [],
    );
    expect(marked.sort()).toEqual(['push', 'push-lines', 'sidecar', 'write-file']);
  });

  test('examples/push.sh', async () => {
    const command = ['env', 'JOB_ID=pushed-example', 'bash', join(ROOT, 'examples/push.sh'), gateway.url];
    expect((await runToEnd(command)).split('\n').map((line) => JSON.parse(line).accepted)).toEqual([
      1, 20, 1,
    ]);
    expect(await arrive('pushed-example', 20)).toHaveLength(20);
    await waitUntil(
      () =>
        sink.logs.some(
          ({ eventName, attributes }) =>
            eventName === 'ml.run.finished' && attributes['job.id'] === 'pushed-example',
        ),
      { what: 'the end of the run' },
    );
  });

  test('examples/typescript-training-loop.ts: its loss falls, and each step arrives once', async () => {
    const command = [
      'env',
      'JOB_ID=trained',
      process.execPath,
      join(ROOT, 'examples/typescript-training-loop.ts'),
    ];
    const output = await runToEnd(command);
    const losses = await arrive('trained', 2_000);
    const steps = losses.map(({ attributes }) => `${attributes.epoch} ${attributes.batch}`);
    expect(new Set(steps).size).toBe(losses.length);
    const mean = (points: Point[]) => points.reduce((sum, { value }) => sum + value, 0) / points.length;
    expect(mean(losses.slice(-100))).toBeLessThan(mean(losses.slice(0, 100)) / 2);
    expect(Number(/accuracy ([\d.]+)/.exec(output)?.[1])).toBeGreaterThan(0.85);
  });
});
