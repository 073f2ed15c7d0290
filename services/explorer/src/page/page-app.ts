import { type Context, Hono } from 'hono';
import type { Encoding, Page, PageFile } from './page-files.ts';

/** Paths that the page itself shows something at, and what. Whatever else is not found is not the page's. */
const VIEWS = {
  '/': 'runs-view',
  '/runs': 'runs-view',
  '/runs/:runId': 'run-view',
  '/compare': 'compare-view',
  '/logs': 'logs-view',
  '/traces': 'traces-view',
  '/traces/:traceId': 'trace-view',
  '/metrics': 'metrics-view',
  '/services': 'services-view',
} as const;

export const VIEW_PATHS = Object.keys(VIEWS);

const FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * Serves the page: its files under the names that carry their hash, and `index.html` for every view. `/metrics` belongs
 * to Prometheus as well, so there only who asks for HTML gets the page.
 */
export function createPageApp({ files, views, questions }: Page): Hono {
  const app = new Hono();
  const index = files.get('/index.html')!;
  for (const [path, view] of Object.entries(VIEWS)) {
    const scripts = (views[view] ?? []).map((script) => `<${script}>; rel=modulepreload`);
    app.get(path, async (c, next) => {
      if (path === '/metrics' && !asksForHtml(c)) return next();
      c.header('vary', 'accept, accept-encoding');
      const asked = firstQuestions(questions[view] ?? [], c);
      if (asked.length + scripts.length > 0) c.header('link', [...asked, ...scripts].join(', '));
      return send(c, index, 'no-cache');
    });
  }
  app.get('/assets/*', async (c, next) => {
    const file = files.get(c.req.path);
    return file === undefined ? next() : send(c, file, FOR_EVER);
  });
  return app;
}

function send(c: Context, file: PageFile, cacheControl: string): Response {
  c.header('cache-control', cacheControl);
  if (c.res.headers.get('vary') === null) c.header('vary', 'accept-encoding');
  const encoding = encodingFor(c.req.header('accept-encoding'));
  const etag = encoding === 'identity' ? file.etag : file.etag.replace(/"$/, `-${encoding}"`);
  c.header('etag', etag);
  if (matches(c.req.header('if-none-match'), etag)) return c.body(null, 304);
  c.header('content-type', file.type);
  if (encoding !== 'identity') c.header('content-encoding', encoding);
  return c.body(file.bytes[encoding]);
}

/** Where the address says more, a view asks for something else. */
function firstQuestions(questions: readonly string[], c: Context): string[] {
  if (new URL(c.req.url).search !== '') return [];
  const run = encodeURIComponent(c.req.param('runId') ?? '');
  // As a script asks: with the session's cookie.
  return questions.map((url) => `<${url.replace(':runId', run)}>; rel=preload; as=fetch; crossorigin`);
}

function asksForHtml(c: Context): boolean {
  return c.req.header('accept')?.includes('text/html') === true;
}

/** RFC 9110, section 13.1.2: a list of tags, or `*`. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
}

/** The smallest that is accepted (RFC 9110, section 12.5.3); a weight of 0 means not accepted. */
function encodingFor(header: string | undefined): Encoding {
  const accepted = new Set(
    (header ?? '')
      .split(',')
      .map((part) => part.trim().toLowerCase())
      .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
      .map((part) => part.split(';')[0]!.trim()),
  );
  if (accepted.has('br')) return 'br';
  return accepted.has('gzip') ? 'gzip' : 'identity';
}
