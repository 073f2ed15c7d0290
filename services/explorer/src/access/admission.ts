import { judgeBearer } from '@ml-otel/service-kit/bearer-token';
import type { TokenSource } from '@ml-otel/service-kit/token-source';

/** Decides by the value of an `authorization` header, which gRPC and HTTP share. */
export interface Admission {
  admits(authorization: string | null | undefined): boolean;
}

/** Lets in who carries the token (RFC 6750). Takes the same time for every wrong one. */
export function admitByToken(token: TokenSource): Admission {
  return {
    admits: (authorization) => judgeBearer(authorization, token) === 'right',
  };
}
