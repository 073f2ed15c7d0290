import { expect, test } from 'bun:test';
import { parsePrometheusText } from './prometheus-text.ts';
import { storeVerification, verifyStoreOnce } from './store-verification.ts';

const TEXT = `# TYPE otlp_receiver_requests_total counter
otlp_receiver_requests_total{signal="metrics",protocol="grpc",answer="accepted"} 4
otlp_receiver_requests_total{signal="metrics",protocol="http",answer="accepted"} 2
otlp_receiver_requests_total{signal="metrics",protocol="http",answer="unavailable"} 1
otlp_receiver_bytes_total{signal="metrics",protocol="grpc"} 100
otlp_receiver_bytes_total{signal="metrics",protocol="http"} 11
`;

test('adds up the protocols, tells what was not taken, and names the signal that has not come', () => {
  const { signals, missing } = storeVerification(parsePrometheusText(TEXT));
  expect(signals).toEqual([
    { signal: 'metrics', requests: 6, bytes: 111, notTaken: 1 },
    { signal: 'logs', requests: 0, bytes: 0, notTaken: 0 },
    { signal: 'traces', requests: 0, bytes: 0, notTaken: 0 },
  ]);
  expect(missing).toEqual(['logs in the store']);
});

test('what answers but is no explorer is told apart; a token that is missing is said', async () => {
  using other = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('up 1\n') });
  expect(await verifyStoreOnce(other.url.href)).toBeUndefined();
  using guarded = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: ({ headers }) =>
      headers.get('authorization') === 'Bearer t' ? new Response(TEXT) : new Response('', { status: 401 }),
  });
  await expect(verifyStoreOnce(guarded.url.href)).rejects.toThrow('ML_OTEL_TOKEN');
  expect(await verifyStoreOnce(guarded.url.href, 't')).toBeDefined();
});
