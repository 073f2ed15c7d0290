import { hash, timingSafeEqual } from 'node:crypto';

/** The token as it is now; it may change while the process runs. */
export interface TokenSource {
  current(): string;
}

/** Decides by the value of an `authorization` header, which gRPC and HTTP share. */
export interface Admission {
  admits(authorization: string | null | undefined): boolean;
}

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/** Lets in who carries the token (RFC 6750). Takes the same time for every wrong one. */
export function admitByToken(token: TokenSource): Admission {
  return {
    admits(authorization) {
      const given = BEARER.exec(authorization ?? '')?.[1];
      return given !== undefined && timingSafeEqual(digest(given), digest(token.current()));
    },
  };
}

/** Of equal lengths, as the comparison demands. */
function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
