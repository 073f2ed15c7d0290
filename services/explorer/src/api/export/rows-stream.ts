import { csvLine } from './csv.ts';

export type ExportFormat = 'csv' | 'ndjson';

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson',
};

export interface ExportedRows {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly format: ExportFormat;
  /** A page at a time, each asked for only when the one before was taken. */
  readonly pages: AsyncIterator<readonly Readonly<Record<string, unknown>>[]>;
}

/**
 * A file of rows that is made while it is read: there is one page of it in memory, and nothing is asked of the store
 * once its reader has gone. An error in the middle breaks the stream off, so that no half of a file looks like a whole one.
 *
 * @throws what the first page throws
 */
export async function rowsResponse({ name, columns, format, pages }: ExportedRows): Promise<Response> {
  let next = await pages.next();
  let first = true;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const head = first && format === 'csv' ? csvLine(columns) : '';
        const text = next.done ? '' : next.value.map((row) => lineOf(row, columns, format)).join('');
        first = false;
        if (head + text !== '') controller.enqueue(encoder.encode(head + text));
        if (next.done) {
          controller.close();
          return;
        }
        next = await pages.next();
      },
      async cancel() {
        await pages.return?.();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      'content-type': TYPES[format],
      'content-disposition': `attachment; filename="${name}.${format}"`,
      'cache-control': 'no-store',
    },
  });
}

function lineOf(
  row: Readonly<Record<string, unknown>>,
  columns: readonly string[],
  format: ExportFormat,
): string {
  return format === 'csv' ? csvLine(columns.map((column) => row[column])) : `${JSON.stringify(row)}\n`;
}
