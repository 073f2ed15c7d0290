import { expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import {
  logsRequest,
  metricRequest,
  numberPoint,
  tracesRequest,
} from '../packages/telemetry-store/src/queries/testing/make-requests.ts';
import { ensurePythonVenv } from '../scripts/ensure-python-venv.ts';
import { freePorts } from '../scripts/free-port.ts';
import { startService } from './support/service.ts';
import { tempFolder } from './support/temp-folder.ts';

setDefaultTimeout(600_000);

const TOKEN = 'a-token-for-fuzzing';
/** Seconds of requests that the OpenAPI document allows, and of such that it does not. */
const FUZZ_SECONDS = 90;

/**
 * Not asked: whether all that a schema allows is taken. A cursor is opaque, and a step may be too narrow for its range,
 * which no schema says.
 */
const EXCLUDED_CHECKS = ['positive_data_acceptance'];

/** An address beyond 16 KiB the HTTP server itself refuses, which schemathesis does not take for a refusal by itself. */
const CONFIGURATION = `
[checks.negative_data_rejection]
expected-statuses = [400, 404, 405, 413, 415, 422, 431]
`;

/** The API as a whole, fuzzed from its own OpenAPI document: no fault, no answer that the document does not describe. */
test('schemathesis finds no server error and no answer that is not described', async () => {
  await using folder = await tempFolder();
  const [otlpGrpc, otlpHttp] = await freePorts(2);
  await using explorer = await startService('explorer', {
    ML_OTEL_DATA_DIR: join(folder.path, 'data'),
    ML_OTEL_TOKEN: TOKEN,
    OTLP_GRPC_PORT: String(otlpGrpc),
    OTLP_HTTP_PORT: String(otlpHttp),
  });
  await sendTelemetry(`http://127.0.0.1:${otlpHttp}`);
  await Bun.write(join(folder.path, 'schemathesis.toml'), CONFIGURATION);
  const venv = await ensurePythonVenv(['schemathesis==4.32.5']);
  const fuzzing = Bun.spawn(
    [
      join(venv, 'bin/st'),
      'run',
      `${explorer.url}/api/openapi.json`,
      ...['--header', `Authorization: Bearer ${TOKEN}`],
      // These never end; they have tests of their own.
      ...['--exclude-path-regex', '^/api/tail/'],
      ...['--exclude-checks', EXCLUDED_CHECKS.join(',')],
      ...['--phases', 'examples,coverage,fuzzing'],
      ...['--max-time', String(FUZZ_SECONDS)],
      ...['--suppress-health-check', 'all'],
      ...['--warnings', 'off'],
      '--no-color',
    ],
    { cwd: folder.path, stdout: 'pipe', stderr: 'pipe' },
  );
  const [code, out, err] = await Promise.all([
    fuzzing.exited,
    new Response(fuzzing.stdout).text(),
    new Response(fuzzing.stderr).text(),
  ]);
  if (code !== 0) console.error(`${out}\n${err}`);
  expect(code).toBe(0);
  expect(out).toContain('No issues found');
  expect(explorer.log()).not.toContain('this is a fault of the explorer');
  expect((await fetch(`${explorer.url}/readyz`)).status).toBe(200);
});

async function sendTelemetry(url: string): Promise<void> {
  const now = BigInt(Date.now()) * 1_000_000n;
  const run = { 'job.id': 'run' };
  const span = { traceId: 'ab'.repeat(16), spanId: '01'.repeat(8), name: 'step', start: now, duration: 5n };
  const dataPoints = [0.5, Number.NaN].map((value, batch) =>
    numberPoint({ time: now + BigInt(batch), value, attributes: { ...run, batch } }),
  );
  const requests = {
    logs: logsRequest('trainer', [{ time: now, body: 'line', attributes: run }], run),
    traces: tracesRequest('trainer', [span], run),
    metrics: metricRequest('trainer', { name: 'ml.training.loss', gauge: { dataPoints } }, run),
  };
  for (const [signal, body] of Object.entries(requests)) {
    const answer = await fetch(`${url}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', authorization: `Bearer ${TOKEN}` },
      body: body as never,
    });
    expect([signal, answer.status]).toEqual([signal, 200]);
  }
}
