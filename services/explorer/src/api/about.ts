import { Hono } from 'hono';
import * as v from 'valibot';
import { operation } from './describe.ts';

/** Where this explorer takes telemetry. */
export interface About {
  readonly otlpGrpcPort: number;
  readonly otlpHttpPort: number;
  /** Whether senders need the token. */
  readonly token: boolean;
}

const PORT = v.pipe(v.number(), v.integer());

const ABOUT = v.object({
  otlpGrpcPort: v.pipe(PORT, v.description('Where OTLP/gRPC is taken, on the host that this is asked of.')),
  otlpHttpPort: v.pipe(PORT, v.description('Where OTLP/HTTP is taken.')),
  token: v.pipe(v.boolean(), v.description('Whether senders must carry a bearer token.')),
});

/** What a person must know to send something here. */
export function aboutRoute(about: About) {
  return new Hono().get(
    '/api/about',
    operation({ tag: 'about', summary: 'Where telemetry is taken', answer: ABOUT }),
    (c) => c.json(about, 200, { 'cache-control': 'no-store' }),
  );
}
