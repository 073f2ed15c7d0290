import { CODINGS, type Coding } from './read-body.ts';
import type { Encoding } from './reply.ts';

/** The encoding that `Content-Type` names; undefined where it is none of OTLP's. */
export function encodingOf(headers: Headers): Encoding | undefined {
  const type = headers.get('content-type')?.split(';', 1).at(0)?.trim().toLowerCase();
  return type === 'application/x-protobuf' || type === 'application/json' ? type : undefined;
}

/** The coding that `Content-Encoding` names; undefined where it is not taken. */
export function codingOf(headers: Headers): Coding | undefined {
  const name = (headers.get('content-encoding') || 'identity').trim().toLowerCase();
  return CODINGS.find((coding) => coding === name);
}

/** The length that `Content-Length` announces; 0 where it says nothing. */
export function announcedBytes(headers: Headers): number {
  return Number(headers.get('content-length')) || 0;
}
