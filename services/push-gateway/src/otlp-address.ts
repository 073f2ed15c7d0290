/** The address in an OTLP endpoint, which may come without a scheme; undefined where it is none. */
export function endpointUrl(endpoint: string): URL | undefined {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `http://${endpoint}`;
  const url = URL.parse(withScheme);
  return url && /^https?:$/.test(url.protocol) && url.hostname !== '' ? url : undefined;
}

/**
 * Where OTLP over HTTP is taken, for senders that came to the wrong door: the configured endpoint's host, on OTLP's
 * port for HTTP. Credentials of the endpoint are left out.
 */
export function otlpHttpAddress(endpoint: string): string {
  const url = endpointUrl(endpoint);
  return url ? `${url.protocol}//${url.hostname}:4318/v1/metrics` : 'http://localhost:4318/v1/metrics';
}
