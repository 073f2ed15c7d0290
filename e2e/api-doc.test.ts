import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../scripts/free-port.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { keyValues, otlpSender, type Sender } from './page/support/otlp-json.ts';
import { codeBlocks } from './support/markdown.ts';
import { type Service, startService } from './support/service.ts';
import { type TempFolder, tempFolder } from './support/temp-folder.ts';

setDefaultTimeout(300_000);

const TOKEN = 'a-token-for-the-document';
const blocks = codeBlocks(readFileSync(join(import.meta.dir, '../docs/api.md'), 'utf8')).filter(
  ({ language }) => language === 'sh',
);

let folder: TempFolder;
let explorer: Service;
let sender: Sender;

beforeAll(async () => {
  folder = await tempFolder();
  let otlp: string;
  [explorer, otlp] = await startExplorer('open');
  sender = otlpSender(otlp);
  const now = BigInt(Date.now()) * 1_000_000n;
  const start = now - 60_000_000_000n;
  const dataPoints = [3, 2, 1].map((value, index) => ({
    timeUnixNano: String(start + BigInt(index) * 1_000_000_000n),
    startTimeUnixNano: String(start),
    asDouble: value,
    attributes: keyValues({
      'job.id': 'my-run',
      'model.name': 'resnet',
      dataset: 'imagenet',
      epoch: 0,
      batch: index + 1,
    }),
  }));
  await sender.metrics('trainer', [{ name: 'ml.training.loss', unit: '1', gauge: { dataPoints } }]);
  await sender.logs('trainer', [{ time: start, severity: 17, body: 'out of memory' }]);
  const span = { traceId: 'ab'.repeat(16), spanId: '01'.repeat(8), name: 'step', kind: 1, start };
  await sender.spans('trainer', [{ ...span, duration: 9_000_000n, attributes: { 'gpu.id': 3 } }]);
});
afterAll(async () => {
  await explorer?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

async function startExplorer(name: string, env: Record<string, string> = {}): Promise<[Service, string]> {
  const [grpc, http] = await freePorts(2);
  const service = await startService('explorer', {
    ML_OTEL_DATA_DIR: join(folder.path, name),
    OTLP_GRPC_PORT: String(grpc),
    OTLP_HTTP_PORT: String(http),
    ...env,
  });
  return [service, `http://127.0.0.1:${http}`];
}

/** A block as it is shown, asking an explorer of the test's own. */
function begin(name: string, { url }: Service = explorer) {
  const block = blocks.find(({ run }) => run === name)!;
  return Bun.spawn(['bash', '-euo', 'pipefail', '-c', block.code.replaceAll('http://127.0.0.1:3000', url)], {
    cwd: folder.path,
    env: { PATH: process.env.PATH ?? '', ML_OTEL_TOKEN: TOKEN },
    stdout: 'pipe',
    stderr: 'pipe',
  });
}

async function run(name: string, service?: Service): Promise<string> {
  const child = begin(name, service);
  const [code, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  expect({ name, code, err }).toEqual({ name, code: 0, err: '' });
  return out;
}

test('every example is run here', () => {
  expect(blocks.map((block) => block.run)).toEqual(['ask', 'watch', 'file', 'token']);
});

test('the questions have answers', async () => {
  const out = await run('ask');
  const found = ['"id":"my-run"', '"my-run"', 'out of memory', '"name":"step"', '"group":["my-run"]'];
  for (const text of found) expect(out).toContain(text);
});

test('who watches is told what comes in', async () => {
  const child = begin('watch');
  let text = '';
  const reading = (async () => {
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) text += piece;
  })();
  await waitUntil(() => text.includes(': watching'), { what: 'the stream to begin' });
  await sender.logs('trainer', [
    { time: BigInt(Date.now()) * 1_000_000n, severity: 9, body: 'came while it was watched' },
  ]);
  await waitUntil(() => text.includes('came while it was watched'), { what: 'the record' });
  child.kill();
  await reading;
  expect(text).toMatch(/^id: .+$/m);
});

test('a file of rows', async () => {
  await run('file');
  expect(readFileSync(join(folder.path, 'logs.csv'), 'utf8')).toContain('out of memory');
});

test('with a token, and not without it', async () => {
  const [guarded] = await startExplorer('guarded', { ML_OTEL_TOKEN: TOKEN });
  try {
    expect((await fetch(`${guarded.url}/api/runs`)).status).toBe(401);
    expect(JSON.parse(await run('token', guarded))).toMatchObject({ rows: [] });
  } finally {
    await guarded[Symbol.asyncDispose]();
  }
});
