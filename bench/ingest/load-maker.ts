/**
 * Sends export requests over OTLP/gRPC, a process of its own: `bun load-maker.ts '<LoadPlan as JSON>'`. Makes every
 * request before the clock starts; then prints one line of JSON, a LoadResult.
 */
import { cpuUsage } from 'node:process';
import { Client, credentials, status } from '@grpc/grpc-js';
import type { Signal } from '../../packages/telemetry-store/src/ingest/signal.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';
import { LOAD_OF, makeRequests } from './requests.ts';

const METHODS: Readonly<Record<Signal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
};
const AGAIN_MILLIS = 100;

const plan = JSON.parse(process.argv[2] ?? '') as LoadPlan;
const requests = makeRequests(plan.load, plan.items, plan.itemsInRequest).map((bytes) => Buffer.from(bytes));
const method = METHODS[LOAD_OF[plan.load].signal];
const client = new Client(`127.0.0.1:${plan.grpcPort}`, credentials.createInsecure());
const same = (bytes: Buffer) => bytes;

/** The code of the answer. */
function send(request: Buffer): Promise<number> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(method, same, same, request, (error) => resolve(error?.code ?? status.OK));
  });
}

Bun.gc(true);
const before = cpuUsage();
const started = Date.now();
let next = 0;
let refusals = 0;
await Promise.all(
  Array.from({ length: plan.inFlight }, async () => {
    while (next < requests.length) {
      const request = requests[next++]!;
      for (;;) {
        const code = await send(request);
        if (code === status.OK) break;
        if (code !== status.RESOURCE_EXHAUSTED && code !== status.UNAVAILABLE)
          throw new Error(`a request was answered with gRPC status ${code}`);
        refusals++;
        await Bun.sleep(AGAIN_MILLIS);
      }
    }
  }),
);
const finished = Date.now();
const { user, system } = cpuUsage(before);
client.close();
const result: LoadResult = { started, finished, cpuSeconds: (user + system) / 1e6, refusals };
console.log(JSON.stringify(result));
