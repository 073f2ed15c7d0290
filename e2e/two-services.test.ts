import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { freePorts } from '../scripts/free-port.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { type AnsweredSpan, askExplorer, type Query, RECENT } from './support/ask-explorer.ts';
import { type Service, startService } from './support/service.ts';
import { type TempFolder, tempFolder } from './support/temp-folder.ts';

setDefaultTimeout(300_000);

const EXAMPLE = join(import.meta.dir, '../examples/two-services/main.ts');
const EPOCHS = 4;
const BATCHES = 6;

interface Log {
  readonly body: string;
  readonly service: string;
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

let folder: TempFolder;
let explorer: Service;
let endpoint: string;

beforeAll(async () => {
  folder = await tempFolder();
  const [grpc, http] = await freePorts(2);
  endpoint = `http://127.0.0.1:${grpc}`;
  explorer = await startService('explorer', {
    ML_OTEL_DATA_DIR: join(folder.path, 'data'),
    OTLP_GRPC_PORT: String(grpc),
    OTLP_HTTP_PORT: String(http),
  });
});
afterAll(async () => {
  await explorer?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

/** Runs the example to its end. */
async function example(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string }> {
  const child = Bun.spawn([process.execPath, EXAMPLE, ...args], {
    env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, output: out + err };
}

const ask = <Answer>(path: string, query?: Query) => askExplorer<Answer>(explorer.url, path, query);

/** The steps of which the run's loss has a point, by these attributes. */
async function steps(run: string, groupBy: readonly string[]): Promise<string[]> {
  const { groups } = await ask<{ groups: { group: string[] }[] }>('/api/metrics/query', [
    ...RECENT,
    ['metric', 'ml.training.loss'],
    ['run', run],
    ['step', '1h'],
    ...groupBy.map((key) => ['groupBy', key] as const),
  ]);
  return groups.map(({ group }) => group.join(' ')).sort();
}

function allSteps(...ranks: readonly string[][]): string[] {
  const steps = Array.from({ length: EPOCHS * BATCHES }, (_, i) => [
    String(Math.floor(i / BATCHES)),
    String(i % BATCHES),
  ]);
  return ranks.flatMap((rank) => steps.map((step) => [...step, ...rank].join(' '))).sort();
}

describe('a run of two services', () => {
  let traces: { traceId: string; rootName: string; rootService: string; services: string[] }[];

  beforeAll(async () => {
    const ran = await example([
      ...['--job-id', 'two-services', '--pause', '0'],
      ...['--epochs', String(EPOCHS), '--batches', String(BATCHES)],
    ]);
    expect(ran).toMatchObject({ code: 0 });
    // What was answered for is stored: nothing to wait for.
    const found = await ask<{ rows: typeof traces }>('/api/traces', RECENT);
    traces = found.rows;
  });

  test('each epoch is one trace over both', () => {
    expect(traces).toHaveLength(EPOCHS);
    for (const trace of traces)
      expect(trace).toMatchObject({
        rootName: 'epoch',
        rootService: 'trainer',
        services: ['data-service', 'trainer'],
      });
  });

  test('each span of the data service lies below the request that it answers, within its step', async () => {
    for (const { traceId } of traces) {
      const { spans } = await ask<{ spans: AnsweredSpan[] }>(`/api/traces/${traceId}`);
      const byId = new Map(spans.map((span) => [span.spanId, span]));
      const path = (span: AnsweredSpan): string => {
        const parent = byId.get(span.parentSpanId);
        const own = `${span.service}: ${span.name}`;
        return parent === undefined ? own : `${path(parent)} > ${own}`;
      };
      const paths = spans.map(path);
      const counts = Object.fromEntries(
        paths.map((one) => [one, paths.filter((other) => other === one).length]),
      );
      const batch = 'GET /epochs/:epoch/batches/:batch';
      const step = 'trainer: epoch > trainer: step';
      const validate = 'trainer: epoch > trainer: validate';
      expect(counts).toEqual({
        'trainer: epoch': 1,
        [step]: BATCHES,
        [`${step} > trainer: ${batch}`]: BATCHES,
        [`${step} > trainer: ${batch} > data-service: ${batch}`]: BATCHES,
        [`${step} > trainer: ${batch} > data-service: ${batch} > data-service: shuffle`]: 1,
        [validate]: 1,
        [`${validate} > trainer: GET /validation`]: 1,
        [`${validate} > trainer: GET /validation > data-service: GET /validation`]: 1,
      });
      expect(spans.filter(({ kind }) => kind === 'Client')).toHaveLength(BATCHES + 1);
      expect(spans.filter(({ kind }) => kind === 'Server')).toHaveLength(BATCHES + 1);
      expect(spans.filter(({ status }) => status === 'Error')).toEqual([]);
      expect(new Set(spans.map(({ attributes }) => attributes['job.id']))).toEqual(new Set(['two-services']));
    }
  });

  test('logs of both carry the trace, the span and the run', async () => {
    for (const { traceId } of traces) {
      const { spans } = await ask<{ spans: AnsweredSpan[] }>(`/api/traces/${traceId}`);
      const { rows } = await ask<{ rows: Log[] }>('/api/logs', [...RECENT, ['trace', traceId]]);
      const ofSpan = (service: string, text: string) => {
        const found = rows.filter((log) => log.service === service && log.body.includes(text));
        expect(found).toHaveLength(1);
        expect(found[0]!.attributes).toMatchObject({ 'job.id': 'two-services' });
        return spans.find(({ spanId }) => spanId === found[0]!.spanId)?.name;
      };
      expect(ofSpan('data-service', 'shuffled')).toBe('shuffle');
      expect(ofSpan('trainer', 'validation loss')).toBe('validate');
    }
  });

  test('the run is there with its configuration and a point for each step', async () => {
    const run = await ask<Record<string, unknown>>('/api/runs/two-services');
    expect(run).toMatchObject({
      state: 'finished',
      model: 'linear-8',
      starts: 1,
      lastStep: EPOCHS * BATCHES - 1,
      lastEpoch: EPOCHS - 1,
    });
    expect(JSON.parse(run.config as string)).toEqual({
      epochs: EPOCHS,
      batches: BATCHES,
      learning_rate: 0.1,
      ranks: 1,
    });
    expect(await steps('two-services', ['epoch', 'batch'])).toEqual(allSteps([]));
  });
});

test('two ranks and a run that was resumed twice: one run, every step of both ranks, some of them again', async () => {
  const ran = await example([
    ...['--job-id', 'resumed', '--pause', '0', '--ranks', '2', '--resumes', '2'],
    ...['--epochs', String(EPOCHS), '--batches', String(BATCHES)],
  ]);
  expect(ran).toMatchObject({ code: 0 });
  const run = await ask<Record<string, unknown>>('/api/runs/resumed');
  expect(run).toMatchObject({ state: 'finished', ranks: ['0', '1'], starts: 3 });
  expect(await steps('resumed', ['epoch', 'batch', 'rank'])).toEqual(allSteps(['0'], ['1']));

  const logs = async (text: string) => {
    const { rows } = await ask<{ rows: Log[] }>('/api/logs', [...RECENT, ['run', 'resumed'], ['text', text]]);
    return rows.map(({ attributes }) => `${attributes.rank} ${attributes.epoch}`).sort();
  };
  expect(await logs('preempted')).toEqual(['0 1', '0 2', '1 1', '1 2']);
  expect(await logs('goes on from its checkpoint')).toEqual(['0 0', '0 1', '1 0', '1 1']);
});

test('--help shows the options, and a wrong one is named', async () => {
  expect(await example(['--help'])).toMatchObject({
    code: 0,
    output: expect.stringContaining('--resumes <n>'),
  });
  for (const [args, issue] of [
    [['--epochs', '0'], '--epochs=0: expected a whole number, 1 to 1000000'],
    [['--epochs', '3', '--resumes', '3'], '--resumes=3: expected a whole number, 0 to 2'],
    [['--colour'], "Unknown option '--colour'"],
  ] as const)
    expect(await example(args)).toMatchObject({ code: 2, output: expect.stringContaining(issue) });
});

test('a signal ends both services, and the run as failed', async () => {
  const lines: string[] = [];
  const child = Bun.spawn(
    [process.execPath, EXAMPLE, '--job-id', 'stopped', '--epochs', '1000000', '--pause', '1'],
    {
      env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const reading = (async () => {
    for await (const chunk of child.stdout) lines.push(new TextDecoder().decode(chunk));
  })();
  await waitUntil(() => lines.join('').includes('epoch 0'), { what: 'the first epoch' });
  child.kill('SIGTERM');
  expect(await child.exited).toBe(1);
  // It ends when nobody writes there any more: not one of its processes is left.
  await reading;
  expect(await ask<Record<string, unknown>>('/api/runs/stopped')).toMatchObject({ state: 'failed' });
});

test('without a receiver it says what to do, and ends with 1', async () => {
  const [port] = await freePorts(1);
  const ran = await example(['--epochs', '1', '--batches', '2', '--pause', '0'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
  });
  expect(ran).toMatchObject({ code: 1, output: expect.stringContaining('is `make start` running') });
});
