import { status as grpc } from '@grpc/grpc-js';
import { readRetryInfo } from './retry-info.ts';
import type { SendOutcome } from './send-outcome.ts';

/** gRPC codes after which a client sends again (OTLP specification, "Failures", OTLP/gRPC). */
const RETRYABLE_GRPC: ReadonlySet<number> = new Set([
  grpc.CANCELLED,
  grpc.DEADLINE_EXCEEDED,
  grpc.ABORTED,
  grpc.OUT_OF_RANGE,
  grpc.UNAVAILABLE,
  grpc.DATA_LOSS,
]);
/** HTTP codes after which a client sends again (OTLP specification, "Retryable Response Codes"). */
const RETRYABLE_HTTP: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** A connection that broke under a request: the client names INTERNAL or UNKNOWN where no server said so. */
const BROKEN_CONNECTION =
  /RST_STREAM|connection|socket|ECONN|EPIPE|stream (was )?(closed|destroyed|ended)|without data|goaway/i;
const TOO_LARGE = /larger than max|too large/i;

interface GrpcError {
  readonly code: number;
  readonly details: string;
  readonly metadata: { get(key: string): unknown[] };
}

/** What an error of an OTLP exporter means for the request, as the OTLP specification has it. */
export function classifyError(error: unknown): SendOutcome {
  if (isGrpcError(error)) return classifyGrpc(error);
  const code = (error as { code?: unknown } | undefined)?.code;
  const reason = error instanceof Error ? error.message : String(error);
  if (typeof code !== 'number') return { status: 'retry', reason: reason || 'the receiver did not answer' };
  const named = `HTTP ${code} ${reason}`.trim();
  if (RETRYABLE_HTTP.has(code)) return { status: 'retry', reason: named };
  if (code === 404 || code === 501) return { status: 'unsupported', reason: named };
  if (code === 413) return { status: 'too_large', reason: named };
  return { status: 'refused', reason: named };
}

function classifyGrpc({ code, details, metadata }: GrpcError): SendOutcome {
  const reason = `${grpc[code] ?? code}: ${details}`.slice(0, 300);
  if (RETRYABLE_GRPC.has(code)) return { status: 'retry', reason };
  if (code === grpc.RESOURCE_EXHAUSTED) {
    const retry = readRetryInfo(metadata.get('grpc-status-details-bin')[0]);
    if (retry) return { status: 'retry', reason, afterMillis: retry.delayMillis };
    return { status: TOO_LARGE.test(details) ? 'too_large' : 'refused', reason };
  }
  if (code === grpc.UNIMPLEMENTED) return { status: 'unsupported', reason };
  const broken = (code === grpc.INTERNAL || code === grpc.UNKNOWN) && BROKEN_CONNECTION.test(details);
  return { status: broken ? 'retry' : 'refused', reason };
}

function isGrpcError(error: unknown): error is GrpcError {
  return error instanceof Error && 'details' in error && 'metadata' in error && 'code' in error;
}
