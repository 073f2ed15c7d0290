import protobuf from 'protobufjs/minimal.js';

/** gRPC status codes that the receiver answers with (google.rpc.Code). */
export const CODES = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export type Code = (typeof CODES)[keyof typeof CODES];

export interface Status {
  readonly code: Code;
  readonly message: string;
  /** Becomes a google.rpc.RetryInfo among the details: without it OTLP clients drop what was RESOURCE_EXHAUSTED. */
  readonly retryMillis?: number;
}

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/** A serialized google.rpc.Status: code (1), message (2), details (3, of google.protobuf.Any). */
export function encodeStatus({ code, message, retryMillis }: Status): Buffer {
  const writer = protobuf.Writer.create().uint32(8).int32(code).uint32(18).string(message);
  if (retryMillis !== undefined) {
    // Any: type_url (1), value (2); RetryInfo: retry_delay (1); Duration: seconds (1), nanos (2).
    writer.uint32(26).fork().uint32(10).string(RETRY_INFO).uint32(18).fork().uint32(10).fork();
    writer.uint32(8).int64(Math.floor(retryMillis / 1_000));
    writer.uint32(16).int32(Math.round((retryMillis % 1_000) * 1e6));
    writer.ldelim().ldelim().ldelim();
  }
  return Buffer.from(writer.finish());
}
