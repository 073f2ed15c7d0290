import { gzipSync } from 'node:zlib';
import { packBlocks } from './compressed-blocks.ts';
import type { FrontRequest } from './front-request.ts';

export interface FrontResult {
  readonly bytes: Uint8Array;
  readonly format: string;
  readonly readRows: number;
  readonly writtenRows: number;
  readonly elapsedMs: number;
}

/** ClickHouse's HTTP statuses where they are not 500. */
const STATUS: Readonly<Record<number, number>> = {
  36: 400,
  47: 404,
  60: 404,
  62: 400,
  81: 404,
  159: 408,
  164: 403,
  216: 400,
  394: 499,
  456: 400,
  457: 400,
  516: 403,
};

export function answer(request: FrontRequest, result: FrontResult): Response {
  const count = (value: number) => String(Math.round(value));
  const summary = {
    read_rows: count(result.readRows),
    written_rows: count(result.writtenRows),
    result_rows: count(result.readRows),
    elapsed_ns: count(result.elapsedMs * 1e6),
  };
  return send(request, result.bytes, 200, {
    'Content-Type': contentType(result.format),
    'X-ClickHouse-Format': result.format,
    'X-ClickHouse-Summary': JSON.stringify(summary),
  });
}

/** The exception's text as ClickHouse sends it: the body, and its code a header too. */
export function answerError(request: FrontRequest, error: unknown): Response {
  const message = error instanceof Error ? error.message : String(error);
  const code = Number(/\bCode:\s*(\d+)/.exec(message)?.[1] ?? 1002);
  const text = /^Code:/.test(message) ? message : `Code: ${code}. DB::Exception: ${message} (STD_EXCEPTION)`;
  return send(request, Buffer.from(`${text} (version 26.7)\n`), STATUS[code] ?? 500, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-ClickHouse-Exception-Code': String(code),
  });
}

function send(
  request: FrontRequest,
  bytes: Uint8Array,
  status: number,
  headers: Record<string, string>,
): Response {
  const base = {
    ...headers,
    'X-ClickHouse-Query-Id': request.id,
    'X-ClickHouse-Server-Display-Name': 'front',
    'X-ClickHouse-Timezone': 'UTC',
  };
  if (request.packed) return new Response(blob(packBlocks(bytes)), { status, headers: base });
  if (!request.gzip) return new Response(blob(bytes), { status, headers: base });
  return new Response(blob(gzipSync(bytes)), { status, headers: { ...base, 'Content-Encoding': 'gzip' } });
}

const blob = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;

function contentType(format: string): string {
  if (format === 'JSON') return 'application/json; charset=UTF-8';
  if (/^JSON.*EachRow/.test(format)) return 'application/x-ndjson; charset=UTF-8';
  if (/^(Native|RowBinary|Parquet|Arrow)/.test(format)) return 'application/octet-stream';
  return 'text/plain; charset=UTF-8';
}
