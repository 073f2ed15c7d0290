import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { freePorts } from '../scripts/free-port.ts';
import { type PageUnderTest, startPage } from './page/support/start-page.ts';
import { askExplorer, type Query, RECENT } from './support/ask-explorer.ts';
import { installPythonSdk, type PythonSdk, runProgram, writeFromReadme } from './support/python-sdk.ts';
import { straightLine } from './support/straight-line.ts';

/** The first time Python's packages are installed. */
setDefaultTimeout(900_000);

const EXAMPLE = join(import.meta.dir, '../examples/python-training/train.py');

let scope: AsyncDisposableStack;
let page: PageUnderTest;
let sdk: PythonSdk;
let env: Record<string, string>;
/** The program of the README. */
let printed: string;
/** What it said where nobody answered as yet. */
let early: { code: number; output: string };
/** What the page of an empty store says to paste for each signal. */
let pasted: Record<string, string>;

beforeAll(async () => {
  scope = new AsyncDisposableStack();
  sdk = scope.use(await installPythonSdk([], ['numpy']));
  const [port, otlpPort] = await freePorts(2);
  // The differences to `make start`: other ports, a folder for what cannot be sent, and patience with a busy machine.
  env = {
    ML_OTEL_ENDPOINT: `http://127.0.0.1:${otlpPort}`,
    ML_OTEL_URL: `http://127.0.0.1:${port}`,
    ML_OTEL_DIR: join(sdk.folder, 'spools'),
    ML_OTEL_SHUTDOWN_TIMEOUT: '30',
  };
  printed = await writeFromReadme('train.py', sdk.folder);
  early = await runProgram([join(sdk.bin, 'python'), printed], {
    cwd: sdk.folder,
    env: { ...env, ML_OTEL_RUN_ID: 'early', ML_OTEL_SHUTDOWN_TIMEOUT: '2' },
  });
  page = scope.use(await startPage({ PORT: String(port), OTLP_HTTP_PORT: String(otlpPort) }));
  pasted = Object.fromEntries(await Promise.all(['runs', 'logs', 'traces', 'metrics'].map(snippetFor)));
});
afterAll(() => scope.disposeAsync());

/** Of a view and what it says there; the store is to be empty. */
async function snippetFor(view: string): Promise<[string, string]> {
  const tab = await page.open(`/${view}`);
  await tab.getByRole('button', { name: 'Python', exact: true }).click();
  const text = await tab.locator('.snippet pre', { hasText: 'ml_otel_bridge' }).textContent();
  await tab.context().close();
  return [view, text!];
}

const ask = <Answer>(path: string, query?: Query) => askExplorer<Answer>(page.url, path, query);

type Event = { eventName: string; body: string; attributes: Record<string, string> };

/** Events of a run, in the order of their time. */
async function eventsOf(run: string): Promise<Event[]> {
  const { rows } = await ask<{ rows: Event[] }>('/api/logs', [...RECENT, ['run', run], ['limit', '100']]);
  return rows.toReversed();
}

/** Runs a program to its end, and gives the id of the run whose page it said it had. */
async function train(file: string, args: readonly string[] = []): Promise<{ id: string; url: string }> {
  const ran = await runProgram([join(sdk.bin, 'python'), file, ...args], { cwd: sdk.folder, env });
  expect(ran.output).not.toContain('not sent');
  expect(ran.code).toBe(0);
  expect(ran.output).toMatch(/^ml-otel-bridge: run http\S+$/m);
  const url = /^ml-otel-bridge: run (http\S+)$/m.exec(ran.output)![1]!;
  expect(url).toStartWith(`${page.url}/runs/`);
  return { id: decodeURIComponent(url.split('/').at(-1)!), url };
}

/** Opens the page of a run, and waits until these metrics have their charts. */
async function seeCharts(url: string, metrics: readonly string[]): Promise<void> {
  const tab = await page.open(url.slice(page.url.length));
  for (const metric of metrics)
    await tab.locator(`[data-metric="ml.training.${metric}"] canvas`).first().waitFor();
  await tab.context().close();
  expect(page.faults).toEqual([]);
}

describe('the training program of the README, as printed', () => {
  const expected = straightLine();
  let run: { id: string; url: string };

  beforeAll(async () => {
    run = await train(printed);
  });

  test('the run is there with its project, its configuration and how it ended', async () => {
    const found = await ask<Record<string, unknown>>(`/api/runs/${run.id}`);
    expect(found).toMatchObject({
      state: 'finished',
      project: 'straight-line',
      model: 'straight-line',
      starts: 1,
    });
    expect(JSON.parse(found.config as string)).toMatchObject({ learning_rate: 0.05, epochs: 4 });
  });

  test.each(['loss', 'weight', 'bias'] as const)('each step of %s has its exact value', async (metric) => {
    const { curves } = await ask<{ curves: { x: number[]; last: number[]; points?: number[] }[] }>(
      `/api/runs/${run.id}/series`,
      [
        ['metric', `ml.training.${metric}`],
        ['points', '10000'],
      ],
    );
    expect(curves).toHaveLength(1);
    expect(curves[0]!.last).toEqual(expected.map((step) => step[metric]));
    // Batches begin anew with each epoch; the axis goes on.
    expect(curves[0]!.x).toEqual(expected.map((_, index) => index));
  });

  test('its start, its configuration and its end are events, in this order', async () => {
    const names = (await eventsOf(run.id)).map(({ eventName }) => eventName);
    expect(names.filter((name) => name !== 'ml.run.heartbeat')).toEqual(
      expect.arrayContaining(['ml.run.started', 'ml.run.config', 'ml.run.finished']),
    );
    expect(names[0]).toBe('ml.run.started');
    expect(names.at(-1)).toBe('ml.run.finished');
  });

  test('the address that was printed is its page, with its charts', () =>
    seeCharts(run.url, ['loss', 'weight', 'bias']));
});

describe('examples/python-training', () => {
  const EPOCHS = 60;
  const BATCHES = 40;
  let run: { id: string; url: string };

  beforeAll(async () => {
    // So large that it takes more than the second after which the machine is read.
    run = await train(EXAMPLE, ['--id', 'two spirals / 1', '--epochs', String(EPOCHS), '--hidden', '128']);
  });

  test('it learned, and every step of every epoch is there', async () => {
    expect(run.id).toBe('two spirals / 1');
    const path = `/api/runs/${encodeURIComponent(run.id)}`;
    expect(await ask<Record<string, unknown>>(path)).toMatchObject({
      state: 'finished',
      dataset: 'spirals',
      lastStep: EPOCHS * BATCHES - 1,
      lastEpoch: EPOCHS - 1,
    });
    const series = async (metric: string) => {
      const { curves } = await ask<{ curves: { last: number[] }[] }>(`${path}/series`, [
        ['metric', `ml.training.${metric}`],
        ['points', '10000'],
      ]);
      return curves[0]!.last;
    };
    expect(await series('loss')).toHaveLength(EPOCHS * BATCHES);
    const accuracy = await series('accuracy');
    expect(accuracy).toHaveLength(EPOCHS);
    expect(accuracy.at(-1)).toBeGreaterThan(0.85);
  });

  test.each([
    ['system.memory.utilization', 'gauge'],
    ['process.memory.usage', 'sum'],
  ])('what the machine did meanwhile is there: %s', async (metric, type) => {
    const { groups } = await ask<{ groups: { group: string[] }[] }>('/api/metrics/query', [
      ...RECENT,
      ['metric', metric],
      ['type', type],
      ['aggregation', 'last'],
      ['run', run.id],
      ['step', '1h'],
      ['groupBy', 'job.id'],
    ]);
    expect(groups.map(({ group }) => group)).toEqual([[run.id]]);
  });

  test('its spans: each epoch with its validation', async () => {
    const { rows } = await ask<{ rows: { rootName: string; spans: number }[] }>('/api/traces', [
      ...RECENT,
      ['run', run.id],
      ['limit', '200'],
    ]);
    expect(rows).toHaveLength(EPOCHS);
    expect(new Set(rows.map(({ rootName }) => rootName))).toEqual(new Set(['epoch']));
  });

  test('its page has its charts', () =>
    seeCharts(run.url, ['loss', 'validation_loss', 'accuracy', 'gradient_norm']));

  test('the same id again is a further attempt of the same run', async () => {
    const again = await train(EXAMPLE, ['--id', run.id, '--epochs', '2']);
    expect(again.id).toBe(run.id);
    expect(await ask<Record<string, unknown>>(`/api/runs/${encodeURIComponent(run.id)}`)).toMatchObject({
      starts: 2,
    });
  });
});

test.each([
  ['runs', 'my-first-run'],
  ['logs', 'hello'],
  ['traces', 'hello'],
  ['metrics', 'hello'],
])('what the empty view of %s says to paste for Python is then there', async (view, what) => {
  const [install, ...program] = pasted[view]!.split('\n');
  expect(install).toBe('pip install ml-otel-bridge');
  const ran = await runProgram(['bash', '-euc', program.join('\n')], {
    cwd: sdk.folder,
    env: { ...env, PATH: `${sdk.bin}:${process.env.PATH}` },
  });
  expect(ran.output).not.toContain('Traceback');
  expect(ran.code).toBe(0);
  const query = view === 'runs' ? [] : RECENT;
  expect(JSON.stringify(await ask(`/api/${view}`, query))).toContain(`"${what}"`);
});

test('what was logged before anybody answered was kept, and sent by the runs that came later', async () => {
  expect(early).toMatchObject({ code: 0, output: expect.stringContaining('run early is kept in') });
  const { curves } = await ask<{ curves: { last: number[] }[] }>('/api/runs/early/series', [
    ['metric', 'ml.training.loss'],
    ['points', '10000'],
  ]);
  expect(curves[0]!.last).toEqual(straightLine().map(({ loss }) => loss));
  expect(await ask<Record<string, unknown>>('/api/runs/early')).toMatchObject({ state: 'finished' });
});
