import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { startChild } from '../scripts/child-process.ts';
import { pythonForTests } from '../scripts/python-tests.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { runProgram } from './support/python-sdk.ts';
import { tempFolder } from './support/temp-folder.ts';

/** The first time Python's packages are installed. */
setDefaultTimeout(900_000);

const ROOT = join(import.meta.dir, '..');
const STEPS = 2_000;

let scope: AsyncDisposableStack;
let folder: string;
let url: string;
let endpoint: string;

beforeAll(async () => {
  scope = new AsyncDisposableStack();
  folder = scope.use(await tempFolder()).path;
  const lines: string[] = [];
  const explorer = startChild({
    command: [process.execPath, join(ROOT, 'services/explorer/src/main.ts')],
    env: { ML_OTEL_DATA_DIR: join(folder, 'data'), PORT: '0', OTLP_GRPC_PORT: '0', OTLP_HTTP_PORT: '0' },
    onLine: (line) => lines.push(line),
  });
  scope.defer(() => explorer.kill9().then(() => {}));
  const [, page, http] = await waitUntil(
    () => /listens on (\S+?)\/?, OTLP\/gRPC on \d+, OTLP\/HTTP on (\d+)/.exec(lines.join('\n')) ?? undefined,
    { what: 'the explorer' },
  );
  url = page!;
  endpoint = `http://127.0.0.1:${http}`;
  const rows = Array.from(
    { length: STEPS },
    (_, step) => `${Math.floor(step / 500)},${step},${1 / (step + 1)},${step % 500 === 0 ? 0.5 : ''}`,
  );
  await Bun.write(join(folder, 'metrics.csv'), ['epoch,step,loss,val_loss', ...rows, ''].join('\n'));
});
afterAll(() => scope.disposeAsync());

async function importFile(): Promise<string> {
  const python = await pythonForTests();
  const command = [python, '-m', 'ml_otel_bridge', 'import', 'csv', join(folder, 'metrics.csv')];
  const env = {
    PYTHONPATH: join(ROOT, 'python/src'),
    ML_OTEL_ENDPOINT: endpoint,
    ML_OTEL_DIR: join(folder, 'spools'),
  };
  const { code, output } = await runProgram([...command, '--id', 'imported', '--project', 'digits'], {
    cwd: folder,
    env,
  });
  expect([code, output]).toEqual([0, expect.stringContaining(`1 runs, ${STEPS.toLocaleString('en')} rows`)]);
  return output;
}

/** What the explorer shows of the run, without the times at which it arrived. */
async function shown(): Promise<unknown> {
  const curves = 'metric=ml.training.loss&metric=ml.training.validation_loss&attempts=all&points=5000';
  const paths = [
    '/api/runs',
    '/api/runs/imported',
    '/api/runs/imported/metrics',
    `/api/runs/imported/series?${curves}`,
  ];
  const answers = paths.map(async (path) => {
    const response = await fetch(`${url}${path}`);
    expect([path, response.status]).toEqual([path, 200]);
    return JSON.parse(await response.text(), (key, value) => (/receivedAt$/i.test(key) ? undefined : value));
  });
  return Promise.all(answers);
}

test('a file that is imported twice is shown as if it had been imported once', async () => {
  await importFile();
  const once = JSON.stringify(await shown());
  expect(once).toContain('"state":"finished"');
  expect(JSON.parse(once)[3].curves).toHaveLength(2);
  await importFile();
  expect(JSON.stringify(await shown())).toBe(once);
});
