/** Whether a host name or address is this machine's loopback. */
export function isLoopback(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    /^127(?:\.\d{1,3}){3}$/.test(name)
  );
}

/** Whether a `Host` header (a host, with or without a port) names this machine. */
export function isLocalHostHeader(header: string): boolean {
  return isLoopback(header.replace(/:\d*$/, ''));
}

/** Whether an `Origin` header names a page that this machine serves; `null` and what is no origin do not. */
export function isLocalOrigin(header: string): boolean {
  const url = URL.parse(header);
  return url !== null && isLoopback(url.hostname);
}
