import { expect, test } from 'bun:test';
import { openServer } from './open-server.ts';

test('a server that is not there is an error that says so', async () => {
  const listener = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
  const url = listener.url.origin;
  await listener.stop(true);
  await expect(openServer({ url })).rejects.toMatchObject({ name: 'StoreError', reason: 'unavailable' });
});
