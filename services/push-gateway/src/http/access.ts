import { judgeBearer } from '@ml-otel/service-kit/bearer-token';
import { isLocalHostHeader, isLocalOrigin } from '@ml-otel/service-kit/local-host';
import type { TokenSource } from '@ml-otel/service-kit/token-source';
import { problem } from './problem.ts';

/** Decides who may come in: undefined, or the answer to those who may not. */
export type Guard = (headers: Headers) => Response | undefined;

/** Lets in who carries the token (RFC 6750). */
export function requireToken(token: TokenSource): Guard {
  return (headers) => {
    const verdict = judgeBearer(headers.get('authorization'), token);
    if (verdict === 'right') return undefined;
    const [detail, challenge] =
      verdict === 'missing'
        ? ['send the header "Authorization: Bearer <token>"', 'Bearer realm="push-gateway"']
        : ['this token is not the gateway’s', 'Bearer realm="push-gateway", error="invalid_token"'];
    return problem(401, 'unauthorized', detail, { headers: { 'www-authenticate': challenge } });
  };
}

/**
 * For a gateway without a token, on loopback: a web page must not reach it through the browser of whoever sits here,
 * neither with a request across sites (`Origin`) nor under a name that it made to point here (`Host`).
 */
export const requireLocalCaller: Guard = (headers) => {
  const origin = headers.get('origin');
  if (origin !== null && !isLocalOrigin(origin)) {
    return problem(
      403,
      'foreign-site',
      'pages of other sites may not use a gateway without a token: set ML_OTEL_TOKEN',
    );
  }
  const host = headers.get('host');
  if (host !== null && !isLocalHostHeader(host)) {
    return problem(
      403,
      'foreign-site',
      'without a token the gateway answers to localhost only: set ML_OTEL_TOKEN',
    );
  }
  return undefined;
};
