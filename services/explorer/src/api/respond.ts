import type { Context } from 'hono';

/** Whether the same question has the same answer for a while; else nobody keeps it. */
export function cacheHeaders(settled: boolean): Record<string, string> {
  return { 'cache-control': settled ? 'private, max-age=60, must-revalidate' : 'no-store', vary: 'Accept' };
}

export const NDJSON = 'application/x-ndjson';

/** How the OpenAPI document says that rows can be had a line each. */
export const LINES_MEDIA = {
  [NDJSON]: {
    schema: {
      type: 'string',
      description: 'A row a line, in the order of the walk. A `Link` header says where to go on.',
    },
  },
} as const;

/** Whether the caller would rather have a row a line. */
export function wantsLines(c: Context): boolean {
  return (c.req.header('accept') ?? '').toLowerCase().includes(NDJSON);
}

const ROWS_A_CHUNK = 500;

/** A row a line, in pieces. Where there are more rows a `Link` header (RFC 8288) says where: every line is a row. */
export function linesResponse(
  c: Context,
  rows: readonly unknown[],
  { next, headers }: { readonly next?: string | undefined; readonly headers: Record<string, string> },
): Response {
  const chunks = chunksOf(rows);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { value, done } = chunks.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
  const link = next === undefined ? undefined : `<${urlWith(c, next)}>; rel="next"`;
  return new Response(body, {
    headers: { ...headers, 'content-type': NDJSON, ...(link !== undefined && { link }) },
  });
}

function* chunksOf(rows: readonly unknown[]): Generator<string> {
  for (let at = 0; at < rows.length; at += ROWS_A_CHUNK)
    yield rows
      .slice(at, at + ROWS_A_CHUNK)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('');
}

/** The path and query of the request, from another place on. */
function urlWith(c: Context, cursor: string): string {
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.set('cursor', cursor);
  return `${pathname}?${searchParams}`;
}
