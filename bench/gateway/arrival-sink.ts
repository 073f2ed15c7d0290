/** A request as it came, with the time of its coming in milliseconds since the epoch. */
export interface Arrival {
  readonly at: number;
  readonly body: Uint8Array;
}

export type ArrivalSink = {
  readonly endpoint: string;
  readonly arrivals: readonly Arrival[];
} & AsyncDisposable;

/** An OTLP/HTTP receiver that keeps metric requests undecoded, so that it takes little of what is measured. */
export function startArrivalSink(): ArrivalSink {
  const arrivals: Arrival[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const body = await request.bytes();
      if (request.url.endsWith('/v1/metrics')) arrivals.push({ at: Date.now(), body });
      return new Response(null, { headers: { 'content-type': 'application/x-protobuf' } });
    },
  });
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    arrivals,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
