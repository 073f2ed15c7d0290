import { expect, test } from 'bun:test';
import { openApi } from './testing/open-api.ts';

test('says where telemetry is taken', async () => {
  await using api = await openApi();
  const { status, body } = await api.get('/api/about');
  expect([status, body]).toEqual([200, { otlpGrpcPort: 4317, otlpHttpPort: 4318, token: false } as never]);
}, 30_000);
