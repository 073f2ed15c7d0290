import { type LogRecord, type Point, readLogs, readPoints } from './otlp-json-reader.ts';

export type OtlpSink = {
  /** Where an OTLP/HTTP exporter with `encoding: json` sends to. */
  readonly endpoint: string;
  /** Every metric point received so far, in the order of arrival. */
  readonly points: readonly Point[];
  readonly logs: readonly LogRecord[];
  /** Requests answered with success. */
  readonly requests: number;
  /** From now on requests are answered with this status, and are kept only when it is 200 (the default). */
  answer(status: number): void;
} & AsyncDisposable;

/** Environment for `collector/forward.yaml` that sends everything to this sink and retries soon. */
export function forwardTo(sink: OtlpSink): Record<string, string> {
  return {
    FORWARD_ENDPOINT: sink.endpoint,
    FORWARD_ENCODING: 'json',
    FORWARD_RETRY_INITIAL: '100ms',
    FORWARD_RETRY_MAX: '500ms',
  };
}

/** An OTLP/HTTP receiver for JSON on a free loopback port, which remembers what it was sent. */
export function startOtlpSink(): OtlpSink {
  const points: Point[] = [];
  const logs: LogRecord[] = [];
  let status = 200;
  let requests = 0;
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    maxRequestBodySize: 256 * 1024 * 1024,
    async fetch(request) {
      const body = await readBody(request);
      if (status !== 200) return new Response('refused by the test', { status });
      const path = new URL(request.url).pathname;
      if (path === '/v1/metrics') for (const point of readPoints(body)) points.push(point);
      else if (path === '/v1/logs') for (const log of readLogs(body)) logs.push(log);
      requests++;
      return Response.json({});
    },
  });
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    points,
    logs,
    get requests() {
      return requests;
    },
    answer: (next) => {
      status = next;
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

async function readBody(request: Request): Promise<unknown> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  const gzip = request.headers.get('content-encoding') === 'gzip';
  return JSON.parse(new TextDecoder().decode(gzip ? Bun.gunzipSync(bytes) : bytes));
}
