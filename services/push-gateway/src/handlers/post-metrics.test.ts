import { describe, expect, test } from 'bun:test';
import { buildSnapshot } from 'ml-otel-bridge/testing';
import { createTestGateway } from '../testing/test-gateway.ts';

const NDJSON = { 'content-type': 'application/x-ndjson' };
const GZIP = { 'content-encoding': 'gzip' };
const at = (batch: number) => buildSnapshot({ metrics: { batch_number: batch } });
const gzip = (text: string) => Bun.gzipSync(text);

describe('POST /v1/metrics', () => {
  test('a snapshot is accepted, and goes to the receiver', async () => {
    await using gateway = createTestGateway();
    const answer = await gateway.post(at(1));
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    await gateway.bridge.flush();
    expect(gateway.receiver.points.map(({ name }) => name)).toContain('ml.training.loss');
  });

  test('an array; the same again is a duplicate, within a body and in the next', async () => {
    await using gateway = createTestGateway();
    expect((await gateway.post([at(1), at(2), at(1)])).json).toEqual({
      accepted: 2,
      duplicates: 1,
      rejected: [],
    });
    const again = await gateway.post([at(1), at(2)]);
    expect([again.status, again.json]).toEqual([202, { accepted: 0, duplicates: 2, rejected: [] }]);
  });

  test('NDJSON with bad lines in the middle: each is refused by its line number, the rest is taken', async () => {
    await using gateway = createTestGateway();
    const lines = [at(1), '{"half', '', { job_metadata: { job_id: 'x' } }, at(2)];
    const body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    const { status, json } = await gateway.post(body, NDJSON);
    expect([status, json.accepted, json.rejected?.map(({ index }) => index)]).toEqual([202, 2, [1, 3]]);
    expect(json.rejected?.[0]?.issues[0]?.message).toStartWith('not JSON');
  });

  test('NDJSON is taken while it arrives', async () => {
    await using gateway = createTestGateway();
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const answered = gateway.post(readable, NDJSON);
    const lines = (from: number, count: number) =>
      new TextEncoder().encode(
        Array.from({ length: count }, (_, i) => `${JSON.stringify(at(from + i))}\n`).join(''),
      );
    void writer.write(lines(0, 1));
    while (gateway.bridge.stats().pendingPoints === 0) await new Promise((resolve) => setImmediate(resolve));
    void writer.write(lines(1, 10));
    void writer.close();
    expect((await answered).json.accepted).toBe(11);
  });

  test('gzip, of JSON and of NDJSON', async () => {
    await using gateway = createTestGateway();
    expect((await gateway.post(gzip(JSON.stringify(at(1))), GZIP)).json.accepted).toBe(1);
    const lines = gzip(Array.from({ length: 1_000 }, (_, i) => JSON.stringify(at(i + 2))).join('\n'));
    expect((await gateway.post(lines, { ...NDJSON, ...GZIP })).json.accepted).toBe(1_000);
  });

  test('bare NaN and Infinity are values', async () => {
    await using gateway = createTestGateway();
    const body =
      '{"job_metadata":{"job_id":"a"},"training_metrics":{"loss":NaN,"up":Infinity,"down":-Infinity}}';
    expect((await gateway.post(body)).status).toBe(202);
    await gateway.bridge.flush();
    expect(gateway.receiver.points.map(({ value }) => value)).toEqual([Number.NaN, Infinity, -Infinity]);
  });

  test('charset and case of the content type do not matter, and the length may be declared', async () => {
    await using gateway = createTestGateway();
    const body = JSON.stringify(at(1));
    const headers = {
      'content-type': 'Application/JSON; charset="UTF-8"',
      'content-length': String(body.length),
    };
    expect((await gateway.post(body, headers)).status).toBe(202);
  });

  test('where nothing is valid the answer is 400 with every issue', async () => {
    await using gateway = createTestGateway();
    const { status, headers, json } = await gateway.post([
      {},
      { job_metadata: { job_id: 'a' }, training_metrics: { loss: '1' } },
    ]);
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(json).toMatchObject({
      type: 'urn:ml-otel:problem:nothing-valid',
      status: 400,
      accepted: 0,
      duplicates: 0,
    });
    expect(json.rejected?.map(({ index, issues }) => [index, issues[0]?.path])).toEqual([
      [0, 'job_metadata'],
      [1, 'training_metrics.loss'],
    ]);
  });

  const worthless: Record<string, string> = {
    empty: '',
    'white space': ' \n ',
    'an empty array': '[]',
    null: 'null',
    'a string': '"snapshot"',
    broken: '{"job_metadata":',
    'deeply nested': '['.repeat(100_000),
    'deeply nested and closed': `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    'a key of the prototype': '{"__proto__":{"job_metadata":{"job_id":"a"},"training_metrics":{"loss":1}}}',
    'not UTF-8': '\uFFFD\uFFFE',
  };
  for (const [name, body] of Object.entries(worthless)) {
    test(`400 for ${name}`, async () => {
      await using gateway = createTestGateway();
      expect((await gateway.post(body)).status).toBe(400);
      expect((await gateway.post(body, NDJSON)).status).toBe(400);
      expect(gateway.faults).toEqual([]);
    });
  }

  test('__proto__ in the metrics is a metric like others and changes nothing', async () => {
    await using gateway = createTestGateway();
    const { status } = await gateway.post(
      '{"job_metadata":{"job_id":"a","__proto__":{"x":1}},"training_metrics":{"__proto__":1,"loss":2}}',
    );
    expect(status).toBe(202);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test('of very many refusals the first hundred are listed and all are counted', async () => {
    await using gateway = createTestGateway();
    const { json } = await gateway.post('{}\n'.repeat(1_000), NDJSON);
    expect([json.rejected?.length, json.rejected_total]).toEqual([100, 1_000]);
  });
});

describe('POST /v1/metrics with a body of another kind', () => {
  const kinds: [name: string, headers: Record<string, string>, detail: string][] = [
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'expected application/json'],
    ['no type', { 'content-type': '' }, 'no Content-Type'],
    ['brotli', { 'content-encoding': 'br' }, 'expected gzip'],
    ['gzip twice', { 'content-encoding': 'gzip, gzip' }, 'expected gzip'],
    ['another charset', { 'content-type': 'application/json; charset=latin1' }, 'expected utf-8'],
    ['OTLP in protobuf', { 'content-type': 'application/x-protobuf' }, 'http://collector:4318/v1/metrics'],
  ];
  for (const [name, headers, detail] of kinds) {
    test(`415 for ${name}`, async () => {
      await using gateway = createTestGateway();
      const { status, json } = await gateway.post(at(1), headers);
      expect([status, json.detail]).toEqual([415, expect.stringContaining(detail)]);
    });
  }

  test('415 for OTLP in JSON, as a body and as lines', async () => {
    await using gateway = createTestGateway();
    for (const key of ['resourceMetrics', 'resourceLogs', 'resourceSpans']) {
      const body = JSON.stringify({ [key]: [] });
      for (const headers of [{}, NDJSON]) {
        const { status, json } = await gateway.post(body, headers as Record<string, string>);
        expect([status, json.type]).toEqual([415, 'urn:ml-otel:problem:otlp-sent-here']);
        expect(json.detail).toContain('http://collector:4318/v1/metrics');
      }
    }
  });
});

describe('POST /v1/metrics with too much', () => {
  const limits = { maxBodyBytes: 64 * 1024, maxJsonBytes: 16 * 1024 };
  const big = JSON.stringify(Array.from({ length: 100 }, (_, i) => at(i)));

  test('413 by the declared length, without reading', async () => {
    await using gateway = createTestGateway({ limits });
    const { status, json } = await gateway.post('{}', { 'content-length': '16385' });
    expect([status, json.type, json.resend_from]).toEqual([413, 'urn:ml-otel:problem:body-too-large', 0]);
  });

  test('413 by the actual length, plain and unpacked', async () => {
    await using gateway = createTestGateway({ limits });
    expect((await gateway.post(big)).status).toBe(413);
    expect((await gateway.post(gzip(big), GZIP)).status).toBe(413);
  });

  test('a zip bomb is stopped on the way', async () => {
    await using gateway = createTestGateway({ limits });
    const bomb = Bun.gzipSync(new Uint8Array(256 * 1024 * 1024), { level: 9 });
    const before = process.memoryUsage().rss;
    expect((await gateway.post(bomb, GZIP)).status).toBe(413);
    expect((await gateway.post(bomb, { ...NDJSON, ...GZIP })).status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  test('NDJSON beyond the bound: what came before stays accepted, and the answer says from where to send again', async () => {
    await using gateway = createTestGateway({ limits });
    const lines = Array.from({ length: 1_000 }, (_, i) => JSON.stringify(at(i)));
    // One stream in pieces, as a connection gives it.
    const pieces = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = lines.splice(0, 20);
        if (piece.length === 0) controller.close();
        else controller.enqueue(new TextEncoder().encode(`${piece.join('\n')}\n`));
      },
    });
    const { status, json } = await gateway.post(pieces, NDJSON);
    expect(status).toBe(413);
    expect(json.accepted).toBeGreaterThan(100);
    expect(json.resend_from).toBe(json.accepted!);
  });

  test('a line that is too long is refused by itself', async () => {
    await using gateway = createTestGateway();
    const long = JSON.stringify({ ...at(1), config: 'x'.repeat(1024 * 1024) });
    const { status, json } = await gateway.post(`${long}\n${JSON.stringify(at(2))}`, NDJSON);
    expect([status, json.accepted, json.rejected?.[0]?.index]).toEqual([202, 1, 0]);
  });
});

describe('POST /v1/metrics with a broken body', () => {
  test('truncated gzip: 400, and what was unpacked before is said', async () => {
    await using gateway = createTestGateway();
    const whole = gzip(Array.from({ length: 2_000 }, (_, i) => JSON.stringify(at(i))).join('\n'));
    const { status, json } = await gateway.post(whole.slice(0, whole.length - 100), { ...NDJSON, ...GZIP });
    expect([status, json.type]).toEqual([400, 'urn:ml-otel:problem:broken-body']);
    expect(json.resend_from).toBe(json.accepted!);
  });

  test('what is not gzip at all', async () => {
    await using gateway = createTestGateway();
    expect((await gateway.post(at(1), GZIP)).status).toBe(400);
    expect((await gateway.post(at(1), { ...NDJSON, ...GZIP })).status).toBe(400);
  });

  test('a connection that breaks', async () => {
    await using gateway = createTestGateway();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new Error('reset')),
    });
    expect((await gateway.post(body, NDJSON)).status).toBe(400);
    expect(gateway.faults).toEqual([]);
  });
});
