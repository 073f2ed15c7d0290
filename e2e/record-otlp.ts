/**
 * Records what the SDKs of three languages send over HTTP into conformance/otlp/, one export request a file:
 * `bun e2e/record-otlp.ts`. Needs Python and Go.
 */
import { join } from 'node:path';
import { LANGUAGES, sendThroughSdk } from './support/sdk-senders.ts';

const FOLDER = join(import.meta.dir, '../conformance/otlp');

for (const language of LANGUAGES) {
  const requests = await requestsOf(language);
  for (const [signal, body] of requests) {
    await Bun.write(join(FOLDER, `${language}-${signal}.binpb`), body);
    console.log(`${language}-${signal}.binpb: ${body.length} bytes`);
  }
}

/** Its requests by signal. Throws unless there is one of each, as it is on the wire. */
async function requestsOf(language: (typeof LANGUAGES)[number]): Promise<Map<string, Uint8Array>> {
  const requests = new Map<string, Uint8Array>();
  await using server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const signal = new URL(request.url).pathname.replace('/v1/', '');
      const packed = request.headers.has('content-encoding');
      if (packed || requests.has(signal))
        return new Response(`a second one, or packed: ${signal}`, { status: 400 });
      requests.set(signal, await request.bytes());
      return new Response('', { headers: { 'content-type': 'application/x-protobuf' } });
    },
  });
  await sendThroughSdk(language, 'http', server.url.origin);
  const signals = [...requests.keys()].sort().join();
  if (signals !== 'logs,metrics,traces') throw new Error(`the SDK for ${language} sent only ${signals}`);
  return requests;
}
