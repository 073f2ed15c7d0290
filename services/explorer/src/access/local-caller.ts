import { isLocalHostHeader, isLocalOrigin } from '@ml-otel/service-kit/local-host';

/**
 * For a door without a token, on loopback: a web page must not reach it through the browser of whoever sits here,
 * neither with a request across sites (`Origin`) nor under a name that it made to point here (`Host`).
 */
export function isLocalCaller(headers: Headers): boolean {
  const origin = headers.get('origin');
  const host = headers.get('host');
  return (origin === null || isLocalOrigin(origin)) && (host === null || isLocalHostHeader(host));
}
