import type { Signal } from '../../packages/telemetry-store/src/ingest/signal.ts';
import { encodeRequest } from '../../packages/telemetry-store/src/ingest/testing/encode-request.ts';

/** Sends one export request as OTLP/HTTP protobuf; throws unless it was taken. */
export async function sendOtlp(httpEndpoint: string, signal: Signal, request: object): Promise<void> {
  await sendOtlpBytes(httpEndpoint, signal, encodeRequest(signal, request));
}

/** The same of a request that is encoded already. */
export async function sendOtlpBytes(httpEndpoint: string, signal: Signal, body: Uint8Array): Promise<void> {
  const answer = await fetch(`${httpEndpoint}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: body as Uint8Array<ArrayBuffer>,
  });
  if (!answer.ok)
    throw new Error(`the receiver answered ${answer.status} to ${signal}: ${await answer.text()}`);
}
