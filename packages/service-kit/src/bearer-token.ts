import { hash, timingSafeEqual } from 'node:crypto';
import type { TokenSource } from './token-source.ts';

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/** What an `authorization` header is worth. `missing`: it holds no bearer token. */
export type BearerVerdict = 'right' | 'wrong' | 'missing';

/** Compares the bearer token of a header (RFC 6750) with ours. Takes the same time for every wrong one. */
export function judgeBearer(authorization: string | null | undefined, token: TokenSource): BearerVerdict {
  const given = BEARER.exec(authorization ?? '')?.[1];
  if (given === undefined) return 'missing';
  return timingSafeEqual(digest(given), digest(token.current())) ? 'right' : 'wrong';
}

/** Of equal lengths, as the comparison demands. */
function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
