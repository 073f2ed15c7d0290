import { describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestTypes } from './json/otlp-types.ts';
import { ALL_SIGNALS } from './signal.ts';
import { decodeRequest } from './testing/decode-request.ts';
import { grpcClient } from './testing/grpc-client.ts';
import { type MemoryCommitter, memoryCommitter } from './testing/memory-committer.ts';
import { spanRequest } from './testing/requests.ts';
import { startTestReceiver } from './testing/test-receiver.ts';

const ROOT = join(import.meta.dir, '../../../..');
const REQUESTS = 200;

async function collectorBinary(): Promise<string> {
  const build = Bun.spawn([join(ROOT, 'scripts/build-collector.sh')], { stdout: 'pipe', stderr: 'inherit' });
  return (await new Response(build.stdout).text()).trim();
}

/** A port that was free a moment ago. */
function freePort(): number {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  server.stop(true);
  return server.port;
}

/** A collector that passes on to the receiver what it gets, over one protocol. */
async function startCollector(exporter: string) {
  const port = freePort();
  const folder = mkdtempSync(join(tmpdir(), 'receiver-collector-'));
  const config = `yaml:${JSON.stringify({
    receivers: { otlp: { protocols: { grpc: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: { [exporter.split(' ')[0]!]: JSON.parse(exporter.slice(exporter.indexOf(' '))) },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: Object.fromEntries(
        ALL_SIGNALS.map((signal) => [signal, { receivers: ['otlp'], exporters: [exporter.split(' ')[0]] }]),
      ),
    },
  })}`;
  const child = Bun.spawn([await collectorBinary(), '--config', config], {
    cwd: folder,
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const log = child.stderr.getReader();
  let text = '';
  while (!text.includes('Everything is ready')) {
    const { done, value } = await log.read();
    if (done) throw new Error(`the collector ended: ${text}`);
    text += new TextDecoder().decode(value);
  }
  const rest = (async () => {
    for (let next = await log.read(); !next.done; next = await log.read())
      text += new TextDecoder().decode(next.value);
    return text;
  })();
  return {
    port,
    /** Resolves, when it has passed on everything and ended, with what it logged. */
    async stop(): Promise<string> {
      child.kill('SIGTERM');
      await child.exited;
      rmSync(folder, { recursive: true });
      return rest;
    },
  };
}

function spanNames(committer: MemoryCommitter): string[] {
  return committer.committed.traces.flatMap((bytes) =>
    [...JSON.stringify(decodeRequest('traces', bytes)).matchAll(/"name":"(span-\d+)"/g)].map(
      ([, name]) => name!,
    ),
  );
}

describe('the collector as the sender', () => {
  for (const [name, exporterFor] of Object.entries({
    gRPC: (grpc: number) => `otlp_grpc {"endpoint":"127.0.0.1:${grpc}","tls":{"insecure":true}}`,
    'gRPC, not compressed': (grpc: number) =>
      `otlp_grpc {"endpoint":"127.0.0.1:${grpc}","compression":"none","tls":{"insecure":true}}`,
    'HTTP, gzip': (_: number, http: number) => `otlp_http {"endpoint":"http://127.0.0.1:${http}"}`,
    'HTTP, zstd': (_: number, http: number) =>
      `otlp_http {"endpoint":"http://127.0.0.1:${http}","compression":"zstd"}`,
    'HTTP, JSON': (_: number, http: number) =>
      `otlp_http {"endpoint":"http://127.0.0.1:${http}","encoding":"json"}`,
  })) {
    test(`${name}: all arrives, each once`, async () => {
      const committer = memoryCommitter();
      await using receiver = await startTestReceiver({ committer });
      const collector = await startCollector(
        exporterFor(receiver.servers.grpcPort, receiver.servers.httpPort),
      );
      using client = grpcClient(collector.port);
      const types = requestTypes();
      const gauge = {
        resourceMetrics: [
          { scopeMetrics: [{ metrics: [{ name: 'loss', gauge: { dataPoints: [{ asDouble: 0.5 }] } }] }] },
        ],
      };
      const log = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'saved' } }] }] }] };
      const encode = (signal: 'metrics' | 'logs', message: object) =>
        types[signal].encode(types[signal].fromObject(message)).finish();
      await Promise.all([
        ...Array.from({ length: REQUESTS }, (_, index) =>
          client.export('traces', spanRequest(`span-${index}`, 2_000)),
        ),
        client.export('metrics', encode('metrics', gauge)),
        client.export('logs', encode('logs', log)),
      ]);
      const said = await collector.stop();
      expect(said).not.toMatch(/"level":"error"|\terror\t/);
      const names = spanNames(committer);
      expect([names.length, new Set(names).size]).toEqual([REQUESTS, REQUESTS]);
      expect(decodeRequest('metrics', committer.committed.metrics[0]!)).toMatchObject(gauge);
      expect(decodeRequest('logs', committer.committed.logs[0]!)).toMatchObject(log);
    }, 60_000);
  }
});
