/** What a browser says of the page that makes a request (Fetch Metadata, RFC 6454); other clients say nothing. */
export type Caller = 'own page' | 'other page' | 'no page';

/** Whose page a request is of. A page under another port or scheme is another page. */
export function callerOf(headers: Headers): Caller {
  const site = headers.get('sec-fetch-site');
  if (site === 'same-origin') return 'own page';
  // `none`: the user's own doing, such as an address that was typed.
  if (site === 'none') return 'no page';
  if (site !== null) return 'other page';
  const origin = headers.get('origin');
  if (origin === null) return 'no page';
  return URL.parse(origin)?.host === headers.get('host') ? 'own page' : 'other page';
}
