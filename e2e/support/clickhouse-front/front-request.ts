import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { unpackBlocks } from './compressed-blocks.ts';

/** What one HTTP request asks of ClickHouse. */
export interface FrontRequest {
  readonly id: string;
  readonly sql: string;
  /** The data of an INSERT, when there is any, and what format they have. */
  readonly data: { readonly bytes: Uint8Array; readonly insert: string; readonly format: string } | undefined;
  readonly database: string;
  readonly settings: Readonly<Record<string, string>>;
  /** As in the URL: `param_name` to its escaped text. */
  readonly params: Readonly<Record<string, string>>;
  /** Of the answer, where the statement does not name one itself. */
  readonly format: string;
  readonly packed: boolean;
  readonly gzip: boolean;
}

/** Parameters of the URL that are no settings, and settings of the HTTP interface itself, which is ours. */
const NO_SETTINGS = new Set(
  `query database default_format query_id session_id session_timeout session_check user password quota_key role
  compress decompress wait_end_of_query buffer_size send_progress_in_http_headers
  http_headers_progress_interval_ms enable_http_compression client_protocol_version stacktrace
  add_http_cors_header async_insert wait_for_async_insert async_insert_busy_timeout_ms
  http_write_exception_in_output_format cancel_http_readonly_queries_on_client_close`.split(/\s+/),
);

const INSERT = /^\s*(INSERT\s+INTO\s(?:(?!\bSELECT\b)[\s\S])*?)\s+(?:FORMAT\s+(\w+)|(VALUES))\s*;?\s*$/i;

export async function readRequest(request: Request): Promise<FrontRequest> {
  const url = new URL(request.url).searchParams;
  const body = unpackBody(
    new Uint8Array(await request.arrayBuffer()),
    request.headers.get('content-encoding'),
    url.get('decompress') === '1',
  );
  const inUrl = url.get('query') ?? '';
  const insert = INSERT.exec(inUrl);
  const isData = insert !== null && body.length > 0;
  const text = isData ? '' : new TextDecoder().decode(body);
  const names = [...url.keys()];
  const pick = (wanted: (name: string) => boolean) =>
    Object.fromEntries(names.filter(wanted).map((name) => [name, url.get(name)!]));
  return {
    id: url.get('query_id') || crypto.randomUUID(),
    sql: inUrl === '' || isData ? inUrl + text : `${inUrl}\n${text}`,
    data: isData ? { bytes: body, insert: insert[1]!, format: insert[2] ?? insert[3]! } : undefined,
    database: url.get('database') || request.headers.get('x-clickhouse-database') || 'default',
    settings: pick((name) => !name.startsWith('param_') && !NO_SETTINGS.has(name)),
    params: pick((name) => name.startsWith('param_')),
    format: request.headers.get('x-clickhouse-format') ?? url.get('default_format') ?? 'TabSeparated',
    packed: url.get('compress') === '1',
    gzip:
      url.get('enable_http_compression') === '1' && /gzip/.test(request.headers.get('accept-encoding') ?? ''),
  };
}

function unpackBody(body: Uint8Array, encoding: string | null, blocks: boolean): Uint8Array {
  const plain = decode(body, encoding);
  return blocks ? unpackBlocks(plain) : plain;
}

function decode(body: Uint8Array, encoding: string | null): Uint8Array {
  switch (encoding) {
    case 'gzip':
      return gunzipSync(body);
    case 'deflate':
      return inflateSync(body);
    case 'br':
      return brotliDecompressSync(body);
    case 'zstd':
      return zstdDecompressSync(body);
    default:
      return body;
  }
}
