/** How a body is written, as its headers say. */
export type BodyFormat =
  | { readonly kind: 'json' | 'lines'; readonly gzip: boolean }
  | { readonly kind: 'otlp' }
  | {
      readonly kind: 'unsupported';
      readonly detail: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

const LINES = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonl',
  'application/jsonlines',
  'application/x-jsonlines',
  'application/json-lines',
]);
const OTLP = new Set([
  'application/x-protobuf',
  'application/protobuf',
  'application/grpc',
  'application/grpc+proto',
]);
const ACCEPTED = 'application/json (a snapshot or an array) or application/x-ndjson (one snapshot a line)';

const PLAIN_JSON: BodyFormat = { kind: 'json', gzip: false };

/** Reads `Content-Type` and `Content-Encoding`. */
export function bodyFormat(headers: Headers): BodyFormat {
  const type = headers.get('content-type');
  const encoding = headers.get('content-encoding');
  if (type === 'application/json' && encoding === null) return PLAIN_JSON;

  const [essence = '', ...parameters] = (type ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (OTLP.has(essence)) return { kind: 'otlp' };
  const kind = essence === 'application/json' ? 'json' : LINES.has(essence) ? 'lines' : undefined;
  if (kind === undefined) {
    const got = essence === '' ? 'no Content-Type' : `Content-Type ${JSON.stringify(essence.slice(0, 100))}`;
    return unsupported(`${got}: expected ${ACCEPTED}`, { accept: 'application/json, application/x-ndjson' });
  }
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    return unsupported(`charset ${JSON.stringify(charset.slice(0, 100))}: expected utf-8`);
  }
  return withEncoding(kind, encoding?.trim().toLowerCase() || 'identity');
}

function withEncoding(kind: 'json' | 'lines', encoding: string): BodyFormat {
  if (encoding === 'identity') return { kind, gzip: false };
  if (encoding === 'gzip' || encoding === 'x-gzip') return { kind, gzip: true };
  // RFC 9110, 12.5.3: a 415 over the coding says which are taken.
  return unsupported(`Content-Encoding ${JSON.stringify(encoding.slice(0, 100))}: expected gzip or none`, {
    'accept-encoding': 'gzip',
  });
}

function unsupported(detail: string, headers?: Readonly<Record<string, string>>): BodyFormat {
  return { kind: 'unsupported', detail, ...(headers && { headers }) };
}
