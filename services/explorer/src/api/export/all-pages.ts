import type { Direction, Page, PageRequest } from '@ml-otel/telemetry-store/queries';

/** Rows of one page: a file is made of many, and one is in memory. */
const ROWS = 2_000;

/** Every row of a list, page by page, at most so many. */
export async function* allPages<Row, Json>(
  read: (page: Pick<PageRequest, 'limit' | 'direction' | 'cursor'>) => Promise<Page<Row>>,
  toJson: (row: Row) => Json,
  { order, limit }: { readonly order: Direction; readonly limit: number },
): AsyncGenerator<readonly Json[]> {
  let left = limit;
  let cursor: string | undefined;
  while (left > 0) {
    const page = await read({ limit: Math.min(ROWS, left), direction: order, ...(cursor && { cursor }) });
    left -= page.rows.length;
    if (page.rows.length > 0) yield page.rows.map(toJson);
    cursor = page[order];
    if (!page.more) return;
  }
}
