import { describe, expect, test } from 'bun:test';
import { admitByToken } from '../access/admission.ts';
import { memoryCommitter } from '../receiver/testing/memory-committer.ts';
import { spanRequest } from '../receiver/testing/requests.ts';
import { startTestReceiver } from '../receiver/testing/test-receiver.ts';
import { createIngestMetrics } from '../telemetry/ingest-metrics.ts';
import { createOperationsApp } from './app.ts';

describe('operations', () => {
  test('health, and readiness with its reason', async () => {
    let reason: string | undefined;
    const app = createOperationsApp({
      metrics: createIngestMetrics(),
      notReady: () => reason,
      admission: undefined,
    });
    expect((await app.request('/healthz')).status).toBe(200);
    expect((await app.request('/readyz')).status).toBe(200);
    reason = 'the explorer is shutting down';
    const answer = await app.request('/readyz');
    expect([answer.status, await answer.json()]).toEqual([503, { status: 'not ready', reason }]);
  });

  test('metrics tell what was received, committed, held and refused', async () => {
    await using receiver = await startTestReceiver({ committer: memoryCommitter() });
    const post = (body: Uint8Array, type: string) =>
      fetch(`${receiver.httpUrl}/v1/traces`, {
        method: 'POST',
        body: body as never,
        headers: { 'content-type': type },
      });
    const request = spanRequest('a');
    await post(request, 'application/x-protobuf');
    await post(Buffer.from([0x0a, 200]), 'application/x-protobuf');
    await post(request, 'text/plain');
    const app = createOperationsApp({
      metrics: receiver.metrics,
      notReady: () => undefined,
      admission: undefined,
    });
    const text = await (await app.request('/metrics')).text();
    for (const line of [
      'otlp_receiver_requests_total{signal="traces",protocol="http",answer="accepted"} 1',
      'otlp_receiver_requests_total{signal="traces",protocol="http",answer="invalid"} 1',
      'otlp_receiver_requests_total{signal="traces",protocol="http",answer="media-type"} 1',
      `otlp_receiver_bytes_total{signal="traces",protocol="http"} ${request.byteLength}`,
      'otlp_receiver_batch_requests_count{signal="traces"} 2',
      'otlp_receiver_commit_duration_count{signal="traces",outcome="committed"} 1',
      'otlp_receiver_pending 0',
    ]) {
      expect(text).toContain(line);
    }
  });

  test('metrics need the token where there is one; health does not', async () => {
    const app = createOperationsApp({
      metrics: createIngestMetrics(),
      notReady: () => undefined,
      admission: admitByToken({ current: () => 'secret' }),
    });
    expect((await app.request('/metrics')).status).toBe(401);
    expect((await app.request('/metrics', { headers: { authorization: 'Bearer secret' } })).status).toBe(200);
    expect((await app.request('/healthz')).status).toBe(200);
  });
});
