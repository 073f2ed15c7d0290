import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { exitCodeOf, run } from '../scripts/run-command.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { startCollector } from './support/collector.ts';
import { forwardTo, startOtlpSink } from './support/otlp-sink.ts';
import { type TempFolder, tempFolder } from './support/temp-folder.ts';

setDefaultTimeout(120_000);

let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

/** A program of somebody who uses the library, set up by OpenTelemetry's own variables only; its exit code. */
async function train(env: Record<string, string>): Promise<number> {
  const program = join(import.meta.dir, 'support/three-steps.ts');
  return exitCodeOf([process.execPath, program], { env: { OTEL_EXPORTER_OTLP_TIMEOUT: '5000', ...env } });
}

describe('OpenTelemetry’s own variables', () => {
  test('OTLP over gRPC with TLS, against a certificate of one’s own', async () => {
    const [key, cert] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    await run([
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      ...subject,
    ]);
    await using sink = startOtlpSink();
    await using collector = await startCollector({
      configs: [
        'config.yaml',
        'forward.yaml',
        `yaml:receivers::otlp::protocols::grpc::tls::key_file: ${key}`,
        `yaml:receivers::otlp::protocols::grpc::tls::cert_file: ${cert}`,
      ],
      env: forwardTo(sink),
    });
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${collector.grpcPort}` };
    expect(await train(env)).toBe(1);
    expect(sink.points).toEqual([]);
    expect(await train({ ...env, OTEL_EXPORTER_OTLP_CERTIFICATE: cert })).toBe(0);
    await waitUntil(() => sink.points.length >= 3, { what: 'the points' });
  });

  test('OTLP over HTTP as protobuf, to a general endpoint', async () => {
    await using sink = startOtlpSink();
    await using collector = await startCollector({
      configs: ['config.yaml', 'forward.yaml'],
      env: forwardTo(sink),
    });
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.httpEndpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    };
    expect(await train(env)).toBe(0);
    await waitUntil(() => sink.points.length >= 3, { what: 'the points' });
    await waitUntil(() => sink.logs.some(({ eventName }) => eventName === 'ml.run.finished'), {
      what: 'the events',
    });
    expect(sink.points[0]!.resource).toMatchObject({ 'service.name': 'ml-metrics-bridge' });
  });

  test('headers, compression, service name and resource attributes', async () => {
    const seen: { path: string; headers: Headers; bytes: Uint8Array<ArrayBuffer> }[] = [];
    using server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        const bytes = new Uint8Array(await request.arrayBuffer());
        seen.push({ path: new URL(request.url).pathname, headers: request.headers, bytes });
        return new Response(null, { headers: { 'content-type': 'application/x-protobuf' } });
      },
    });
    const code = await train({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.port}/otlp`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc,x-team=vision',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_SERVICE_NAME: 'my-training',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=lab',
    });
    expect(code).toBe(0);
    const metrics = seen.find(({ path }) => path === '/otlp/v1/metrics')!;
    expect(seen.some(({ path }) => path === '/otlp/v1/logs')).toBe(true);
    expect(metrics.headers.get('authorization')).toBe('Bearer abc');
    expect(metrics.headers.get('x-team')).toBe('vision');
    expect(metrics.headers.get('content-encoding')).toBe('gzip');
    const text = new TextDecoder('latin1').decode(Bun.gunzipSync(metrics.bytes));
    for (const word of ['my-training', 'deployment.environment.name', 'lab', 'ml.training.loss'])
      expect(text).toContain(word);
  });
});

test('a program that ends its run waits for the receiver, and says by its exit code that it did not come', async () => {
  const started = performance.now();
  expect(await train({ OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:1' })).toBe(1);
  expect(performance.now() - started).toBeGreaterThan(9_000);
});

test('a setting that cannot be used is named', async () => {
  const program = join(import.meta.dir, 'support/three-steps.ts');
  const child = Bun.spawn([process.execPath, program], {
    env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: 'not a host:x' },
    stderr: 'pipe',
  });
  expect(await child.exited).not.toBe(0);
  expect(await new Response(child.stderr).text()).toContain(
    'OTLP endpoint "not a host:x": expected host:port',
  );
});
