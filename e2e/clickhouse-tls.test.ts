import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Service, startService } from './support/service.ts';
import { type ClickhouseFront, startClickhouseFront } from './support/start-clickhouse-front.ts';
import { type TempFolder, tempFolder } from './support/temp-folder.ts';

setDefaultTimeout(120_000);

let folder: TempFolder;
let front: ClickhouseFront;
let tls: Bun.Server<undefined>;
beforeAll(async () => {
  folder = await tempFolder();
  for (const authority of ['ours', 'other']) {
    makeAuthority(authority);
    makeCertificate(authority, 'server', 'subjectAltName=IP:127.0.0.1');
    makeCertificate(authority, 'client', 'extendedKeyUsage=clientAuth');
  }
  front = await startClickhouseFront();
  tls = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 120,
    tls: {
      key: readFileSync(path('ours', 'server.key')),
      cert: readFileSync(path('ours', 'server.pem')),
      ca: readFileSync(path('ours', 'ca.pem')),
      requestCert: true,
      rejectUnauthorized: true,
    },
    // What it gets is passed on as it is.
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const answer = await fetch(`${front.url}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        ...(request.method === 'POST' && { body: await request.arrayBuffer() }),
        decompress: false,
      });
      return new Response(answer.body, { status: answer.status, headers: answer.headers });
    },
  });
});
afterAll(async () => {
  await tls?.stop(true);
  for (const part of [front, folder]) await part?.[Symbol.asyncDispose]();
});

const path = (authority: string, file: string) => join(folder.path, authority, file);

function openssl(...args: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(['openssl', ...args]);
  if (exitCode !== 0) throw new Error(stderr.toString());
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

function makeAuthority(name: string): void {
  mkdirSync(join(folder.path, name));
  const [key, cert] = [path(name, 'ca.key'), path(name, 'ca.pem')];
  openssl('req', '-x509', ...KEY, '-keyout', key, '-out', cert, '-days', '2', '-subj', `/CN=${name}`);
}

function makeCertificate(authority: string, name: string, extension: string): void {
  const at = (file: string) => path(authority, file);
  openssl('req', ...KEY, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`), '-subj', `/CN=${name}`);
  writeFileSync(at(`${name}.ext`), extension);
  const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
  const files = ['-in', at(`${name}.csr`), '-out', at(`${name}.pem`), '-extfile', at(`${name}.ext`)];
  openssl('x509', '-req', ...files, ...signed);
}

const explorer = (env: Record<string, string>): Promise<Service> =>
  startService('explorer', {
    CLICKHOUSE_URL: `https://127.0.0.1:${tls.port}`,
    OTLP_GRPC_PORT: '0',
    OTLP_HTTP_PORT: '0',
    ...env,
  });
const files = (authority: string, of = authority) => ({
  CLICKHOUSE_CA_FILE: path(authority, 'ca.pem'),
  CLICKHOUSE_CERT_FILE: path(of, 'client.pem'),
  CLICKHOUSE_KEY_FILE: path(of, 'client.key'),
});

test('the explorer stores on a server over TLS, with a certificate of its own', async () => {
  await using service = await explorer(files('ours'));
  const started = service
    .log()
    .split('\n')
    .find((line) => line.includes('listens on'));
  const { otlpHttpPort } = JSON.parse(started!) as { otlpHttpPort: number };
  const record = { body: { stringValue: 'over TLS' } };
  const answer = await fetch(`http://127.0.0.1:${otlpHttpPort}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
  });
  expect(answer.status).toBe(200);
  expect(await front.query('SELECT Body FROM otel.otel_logs')).toEqual([{ Body: 'over TLS' }]);
});

test.each([
  ['of an authority that is not known', () => ({}), /certificate/i],
  ['of another authority', () => files('other', 'ours'), /certificate/i],
  ['when we show none', () => ({ CLICKHOUSE_CA_FILE: path('ours', 'ca.pem') }), /cannot start/],
  ['when ours is of another authority', () => files('ours', 'other'), /cannot start/],
  ['when a file is not there', () => ({ CLICKHOUSE_CA_FILE: path('ours', 'none.pem') }), /ENOENT/],
])('a server %s is not talked to', async (_what, env, said) => {
  const error = await explorer(env()).then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error?.message).toMatch(/exit code 1/);
  expect(error?.message).toMatch(said);
});
