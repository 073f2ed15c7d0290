import { Hono } from 'hono';
import { getPath } from 'hono/utils/url';
import { CODES } from '../rpc-status.ts';
import { ALL_SIGNALS, SIGNALS } from '../signal.ts';
import { type ExportHandlerParts, exportHandler } from './export-handler.ts';
import { refuse } from './reply.ts';
import { encodingOf } from './request-headers.ts';

export interface OtlpAppParts extends ExportHandlerParts {
  /** Told of what no handler expected. */
  onFault(error: unknown): void;
}

/** OTLP/HTTP: `POST /v1/traces`, `/v1/metrics`, `/v1/logs`. */
export function createOtlpApp(parts: OtlpAppParts): Hono {
  const app = new Hono({ getPath: pathOf });
  const paths = ALL_SIGNALS.map((signal) => SIGNALS[signal].httpPath);
  for (const signal of ALL_SIGNALS) {
    const handle = exportHandler(signal, parts);
    app.post(SIGNALS[signal].httpPath, (c) => handle(c.req.raw));
  }
  app.notFound((c) => {
    const encoding = encodingOf(c.req.raw.headers) ?? 'application/json';
    return paths.includes(c.req.path)
      ? refuse(encoding, { ...NOT_POST, headers: { allow: 'POST' } })
      : refuse(encoding, { ...NO_PATH, message: `there are ${paths.join(', ')}` });
  });
  app.onError((error, c) => {
    parts.onFault(error);
    return refuse(encodingOf(c.req.raw.headers) ?? 'application/json', FAULT);
  });
  return app;
}

const NOT_POST = { status: 405, code: CODES.unimplemented, message: 'use POST' } as const;
const NO_PATH = { status: 404, code: CODES.unimplemented } as const;
const FAULT = {
  status: 500,
  code: CODES.internal,
  message: 'this is a fault of the receiver; its log says more',
} as const;

/** Without a `Host` (HTTP/1.0) Bun's URL is the path alone, which Hono does not read. */
function pathOf(request: Request): string {
  return request.url.startsWith('/') ? request.url.split('?', 1)[0]! : getPath(request);
}
