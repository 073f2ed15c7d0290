import { describe, expect, test } from 'bun:test';
import { parseSnapshot } from 'ml-otel-bridge/schema';
import { buildSnapshot } from 'ml-otel-bridge/testing';
import * as v from 'valibot';
import { requireToken } from './http/access.ts';
import { ProblemSchema, SummarySchema } from './openapi/answer-schemas.ts';
import { EXAMPLES } from './openapi/examples.ts';
import { createTestGateway } from './testing/test-gateway.ts';

/** What is looked at of the OpenAPI document. */
interface Document {
  openapi: string;
  paths: object;
  components: {
    schemas: {
      Snapshot: {
        required: string[];
        properties: { job_metadata: { required: string[] }; training_metrics: { anyOf: object[] } };
      };
    };
  };
}

const stats = () => ({ takenSnapshots: 0, pendingPoints: 0, pendingBytes: 0, liveJobs: 0 });

describe('routes', () => {
  test('404 for an unknown address, 405 with Allow for another method', async () => {
    await using gateway = createTestGateway();
    expect((await gateway.request('/v1/nothing')).status).toBe(404);
    for (const [method, path, allow] of [
      ['GET', '/v1/metrics', 'POST'],
      ['DELETE', '/v1/metrics', 'POST'],
      ['PROPFIND', '/v1/metrics', 'POST'],
      ['POST', '/healthz', 'GET, HEAD'],
    ] as const) {
      const { status, headers } = await gateway.request(path, { method });
      expect([status, headers.get('allow'), headers.get('content-type')]).toEqual([
        405,
        allow,
        'application/problem+json',
      ]);
    }
  });

  test('with a token only the health probes are open', async () => {
    await using gateway = createTestGateway({ guard: requireToken({ current: () => 'right' }) });
    for (const path of ['/healthz', '/readyz']) expect((await gateway.request(path)).status).toBe(200);
    for (const path of ['/metrics', '/openapi.json']) {
      expect((await gateway.request(path)).status).toBe(401);
      const headers = { authorization: 'Bearer right' };
      expect((await gateway.request(path, { headers })).status).toBe(200);
    }
    expect((await gateway.post(buildSnapshot())).status).toBe(401);
    expect((await gateway.post(buildSnapshot(), { authorization: 'Bearer right' })).status).toBe(202);
    expect(gateway.bridge.stats().liveJobs).toBe(1);
  });

  test('a fault is a 500 that tells nothing of the inside', async () => {
    const fault = new Error('secret path');
    await using gateway = createTestGateway({
      bridge: {
        recordAll: () => {
          throw fault;
        },
        stats,
        selfMetrics: () => Promise.reject(fault),
      },
    });
    for (const answer of [await gateway.post(buildSnapshot()), await gateway.request('/metrics')]) {
      expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
      expect(answer.text).not.toContain('secret');
    }
    expect(gateway.faults).toEqual([fault, fault]);
  });
});

test('/metrics tells of the bridge and of requests, by route and status', async () => {
  await using gateway = createTestGateway();
  await gateway.post(buildSnapshot());
  await gateway.post({});
  await gateway.request('/nowhere/12345');
  const { text, headers } = await gateway.request('/metrics');
  expect(headers.get('content-type')).toStartWith('text/plain; version=0.0.4');
  expect(text).toContain('ml_bridge_snapshots_read_total 2');
  const count = (route: string, method: string, status: number) =>
    `http_server_request_duration_count{http_request_method="${method}",http_route="${route}",http_response_status_code="${status}"} 1`;
  expect(text).toContain(count('/v1/metrics', 'POST', 202));
  expect(text).toContain(count('/v1/metrics', 'POST', 400));
  expect(text).toContain(count('', '_OTHER', 404));
  expect(text).not.toContain('12345');
});

describe('/openapi.json', () => {
  test('describes what is taken', async () => {
    await using gateway = createTestGateway();
    const { json } = await gateway.request('/openapi.json');
    const document = json as unknown as Document;
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      '/v1/metrics',
      '/healthz',
      '/readyz',
      '/metrics',
      '/openapi.json',
    ]);
    const { Snapshot } = document.components.schemas;
    expect(Snapshot.required).toEqual(['job_metadata']);
    expect(Snapshot.properties.job_metadata.required).toEqual(['job_id']);
    const [metrics] = Snapshot.properties.training_metrics.anyOf;
    expect(metrics).toMatchObject({ type: 'object', additionalProperties: { type: ['number', 'null'] } });
  });

  test('every reference in it leads somewhere', async () => {
    await using gateway = createTestGateway();
    const { text, json } = await gateway.request('/openapi.json');
    const { schemas } = (json as unknown as Document).components;
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) expect(schemas).toHaveProperty(name);
  });

  test('its examples are valid', () => {
    for (const example of Object.values(EXAMPLES)) expect(parseSnapshot(example).ok).toBe(true);
  });

  test('answers are as it says', async () => {
    await using gateway = createTestGateway();
    const strict = (schema: typeof SummarySchema | typeof ProblemSchema, value: unknown) =>
      v.parse(v.strictObject(schema.entries), value);
    strict(SummarySchema, (await gateway.post(buildSnapshot())).json);
    strict(ProblemSchema, (await gateway.post('{}')).json);
    strict(ProblemSchema, (await gateway.request('/nowhere')).json);
  });
});
