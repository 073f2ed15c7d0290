import { requestTypes } from '../json/otlp-types.ts';
import type { Signal } from '../signal.ts';

/** A request as plain data, int64 as strings. @throws Error where the bytes are no such message */
export function decodeRequest(signal: Signal, bytes: Uint8Array): Record<string, unknown> {
  const type = TYPES[signal];
  return type.toObject(type.decode(bytes), { longs: String, bytes: Buffer });
}

const TYPES = requestTypes();
