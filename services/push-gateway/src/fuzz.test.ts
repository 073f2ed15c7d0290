import { afterAll, expect, test } from 'bun:test';
import fc from 'fast-check';
import { buildSnapshot } from 'ml-otel-bridge/testing';
import { createTestGateway } from './testing/test-gateway.ts';

const gateway = createTestGateway();
afterAll(() => gateway[Symbol.asyncDispose]());

const RUNS = { numRuns: 400 };
const valid = JSON.stringify(buildSnapshot());
const words = [
  'NaN',
  '-Infinity',
  '1e999',
  '-0',
  'null',
  '"\\ud800"',
  '{"__proto__":1}',
  '[[[[',
  '\\',
  '"',
  '\0',
  '\n',
  '\u2028',
];

/** Snapshots with any value anywhere. */
const almostSnapshot = fc.record(
  {
    timestamp: fc.oneof(fc.anything(), fc.date({ noInvalidDate: true }).map(String)),
    job_metadata: fc.oneof(
      fc.record(
        { job_id: fc.oneof(fc.string(), fc.anything()), rank: fc.anything(), labels: fc.anything() },
        { requiredKeys: [] },
      ),
      fc.anything(),
    ),
    training_metrics: fc.oneof(
      fc.dictionary(fc.string(), fc.oneof(fc.double(), fc.anything())),
      fc.anything(),
    ),
    config: fc.anything(),
    status: fc.anything(),
  },
  { requiredKeys: [] },
);
const asText = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch {
    return '{}';
  }
};
/** A valid snapshot with a piece cut out and another put in. */
const mutated = fc
  .tuple(fc.nat(valid.length), fc.nat(20), fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary' })))
  .map(([start, length, piece]) => valid.slice(0, start) + piece + valid.slice(start + length));
const text = fc.oneof(almostSnapshot.map(asText), mutated, fc.json(), fc.string({ unit: 'binary' }));
const bytes = fc.oneof(
  text.map((value) => new TextEncoder().encode(value)),
  fc.array(text, { maxLength: 8 }).map((lines) => new TextEncoder().encode(lines.join('\n'))),
  fc.uint8Array({ maxLength: 300 }),
);
const packed = fc
  .tuple(bytes, fc.nat(40), fc.boolean())
  .map(([plain, cut, whole]) =>
    whole
      ? Bun.gzipSync(Uint8Array.from(plain))
      : Bun.gzipSync(Uint8Array.from(plain)).slice(0, -cut || undefined),
  );

const headerValue = fc.oneof(
  fc.constantFrom(
    'application/json',
    'application/x-ndjson',
    'gzip',
    'identity',
    'utf-8',
    ';',
    ',',
    'Bearer x',
    '-1',
    '1e9',
    'localhost',
  ),
  fc.string({ maxLength: 30 }).map((value) => value.replace(/[^\x21-\x7e ]/g, '').trim()),
);
const headers = fc.record(
  {
    'content-type': fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('application/json', 'application/x-ndjson') },
      { weight: 1, arbitrary: headerValue },
    ),
    'content-encoding': fc.oneof(fc.constantFrom('gzip', 'identity'), headerValue),
    'content-length': headerValue,
    authorization: headerValue,
    accept: headerValue,
    origin: headerValue,
    host: headerValue,
  },
  { requiredKeys: ['content-type'] },
);

test('whatever is posted, the caller gets an answer below 500 and nothing breaks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(bytes, packed), headers, async (body, given) => {
      const answer = await gateway.post(Uint8Array.from(body), given as Record<string, string>);
      expect(answer.status).toBeLessThan(500);
      if (answer.status !== 202) expect(answer.json.status).toBe(answer.status);
      expect(gateway.faults).toEqual([]);
    }),
    RUNS,
  );
});

test('whatever is asked for, the answer is below 500', async () => {
  const methods = fc.constantFrom('GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND');
  const paths = fc.oneof(
    fc.webPath(),
    fc.constantFrom('/v1/metrics', '/metrics', '/healthz', '//', '/%', '/%00', '/v1/metrics/'),
  );
  await fc.assert(
    fc.asyncProperty(methods, paths, async (method, path) => {
      const { status } = await gateway.request(path.startsWith('/') ? path : `/${path}`, { method });
      expect(status).toBeLessThan(500);
    }),
    RUNS,
  );
});

test('counts of an answer add up to the lines that were sent', async () => {
  const line = text.map((value) => value.replaceAll('\n', ' ')).filter((value) => value.trim() !== '');
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 30 }), async (lines) => {
      const { json } = await gateway.post(lines.join('\n'), { 'content-type': 'application/x-ndjson' });
      const refused = json.rejected_total ?? json.rejected?.length ?? 0;
      expect((json.accepted ?? 0) + (json.duplicates ?? 0) + refused).toBe(lines.length);
    }),
    RUNS,
  );
});
