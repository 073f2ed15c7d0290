import { describe, expect, test } from 'bun:test';
import { Metadata, status } from '@grpc/grpc-js';
import { classifyError } from './classify-error.ts';

function grpcError(code: number, details = 'said so', trailers: Record<string, Buffer> = {}): Error {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return Object.assign(new Error(`${code} ${details}`), { code, details, metadata });
}

const httpError = (code: number) => Object.assign(new Error('Request failed'), { code });

/** google.rpc.Status with one detail: RetryInfo with a delay of 1.5 s. */
function statusWithRetryInfo(): Buffer {
  const message = (number: number, content: Buffer) =>
    Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
  const duration = Buffer.concat([Buffer.from([0x08, 1, 0x10]), Buffer.from([0x80, 0xca, 0xb5, 0xee, 0x01])]);
  const any = Buffer.concat([
    message(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
    message(2, message(1, duration)),
  ]);
  return Buffer.concat([Buffer.from([0x08, 8]), message(2, Buffer.from('busy')), message(3, any)]);
}

describe('classifyError', () => {
  test.each([
    status.CANCELLED,
    status.DEADLINE_EXCEEDED,
    status.ABORTED,
    status.OUT_OF_RANGE,
    status.UNAVAILABLE,
    status.DATA_LOSS,
  ])('gRPC %p is sent again', (code) => expect(classifyError(grpcError(code)).status).toBe('retry'));

  test.each([
    status.INVALID_ARGUMENT,
    status.UNAUTHENTICATED,
    status.PERMISSION_DENIED,
    status.INTERNAL,
    status.UNKNOWN,
  ])('gRPC %p is final', (code) => expect(classifyError(grpcError(code)).status).toBe('refused'));

  test('a connection that broke under a request is no answer', () => {
    const broken = grpcError(status.INTERNAL, 'Received RST_STREAM with code 2 (Internal server error)');
    expect(classifyError(broken).status).toBe('retry');
  });

  test('RESOURCE_EXHAUSTED is sent again only where the receiver asks for it, after the delay it names', () => {
    expect(classifyError(grpcError(status.RESOURCE_EXHAUSTED)).status).toBe('refused');
    const busy = grpcError(status.RESOURCE_EXHAUSTED, 'busy', {
      'grpc-status-details-bin': statusWithRetryInfo(),
    });
    expect(classifyError(busy)).toMatchObject({ status: 'retry', afterMillis: 1500 });
    const garbage = grpcError(status.RESOURCE_EXHAUSTED, 'busy', {
      'grpc-status-details-bin': Buffer.from('nonsense'),
    });
    expect(classifyError(garbage).status).toBe('refused');
  });

  test('a request that is too large is told from one that is refused', () => {
    const large = grpcError(status.RESOURCE_EXHAUSTED, 'grpc: received message larger than max (5 vs. 4)');
    expect(classifyError(large).status).toBe('too_large');
    expect(classifyError(httpError(413)).status).toBe('too_large');
  });

  test('a service that is not there', () => {
    expect(classifyError(grpcError(status.UNIMPLEMENTED)).status).toBe('unsupported');
    expect(classifyError(httpError(404)).status).toBe('unsupported');
  });

  test.each([429, 502, 503, 504])('HTTP %p is sent again', (code) => {
    expect(classifyError(httpError(code)).status).toBe('retry');
  });

  test.each([400, 401, 403, 500])('HTTP %p is final', (code) => {
    expect(classifyError(httpError(code)).status).toBe('refused');
  });

  test('no answer at all is sent again', () => {
    expect(classifyError(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })).status).toBe('retry');
    expect(classifyError(undefined).status).toBe('retry');
  });
});
