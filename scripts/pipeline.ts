/**
 * The whole way of a training metric on this machine, without Docker: mock trainer, sidecar, push gateway, collector and
 * Prometheus as child processes. Ctrl-C ends all of them; so does the failure of any of them.
 * Arguments go to the mock trainer, such as `--jobs 3 --interval 1`.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PrefixedConsole } from './console-prefix.ts';
import { ensureCollector } from './ensure-collector.ts';
import { ensurePrometheus } from './ensure-prometheus.ts';
import { pipelineMembers } from './pipeline-members.ts';
import { choosePipelinePorts, type PipelinePorts } from './pipeline-ports.ts';
import { ProcessGroup } from './process-group.ts';
import { localPrometheusConfig, localTargets } from './prometheus-config.ts';
import { readableLogLine } from './readable-log-line.ts';

const folder = resolve(process.env.ML_OTEL_DATA_DIR || join(import.meta.dir, '../out/pipeline'));
const stopped = Promise.withResolvers<void>();

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const ports = await choosePipelinePorts(process.env);
  const members = pipelineMembers({
    ports,
    folder,
    collector: await ensureCollector(),
    prometheus: await ensurePrometheus(),
    prometheusConfig: await writePrometheusConfig(ports),
    trainerFlags: process.argv.slice(2),
  });
  const log = new PrefixedConsole(members.map(({ name }) => name));
  const group = new ProcessGroup({ onLine: (name, line) => log.print(name, readableLogLine(line)) });
  endOnSignals(group);
  try {
    await group.start(members);
    announce(ports);
    await Promise.race([stopped.promise, group.failed]);
    return 0;
  } finally {
    await group.stop();
  }
}

async function writePrometheusConfig(ports: PipelinePorts): Promise<string> {
  await mkdir(join(folder, 'metrics'), { recursive: true });
  const path = join(folder, 'prometheus.yml');
  await Bun.write(path, await localPrometheusConfig({ targets: localTargets(ports) }));
  return path;
}

/** The first signal ends the processes in order, a second one at once. */
function endOnSignals(group: ProcessGroup): void {
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (asked) void group.kill();
      else console.log(`\n${signal}: ending everything (again: at once) ...`);
      asked = true;
      void group.stop();
      stopped.resolve();
    });
  }
}

function announce(ports: PipelinePorts): void {
  const prometheus = `http://127.0.0.1:${ports.prometheus}`;
  const collector = `http://127.0.0.1:${ports.collectorMetrics}`;
  const query = 'ml_metrics_ml_training_loss{model_name="resnet-50"}';
  console.log(`
Everything runs; Ctrl-C ends it.
  Prometheus      ${prometheus}/graph?g0.expr=${encodeURIComponent(query)}&g0.tab=0&g0.range_input=15m
  Collector       ${collector}/metrics (what Prometheus scrapes)
  OTLP            127.0.0.1:${ports.otlpGrpc} (gRPC), http://127.0.0.1:${ports.otlpHttp} (HTTP)
  Push a snapshot http://127.0.0.1:${ports.pushGateway}/v1/metrics
  Data            ${folder}
In another terminal: PROMETHEUS_PORT=${ports.prometheus} COLLECTOR_METRICS_PORT=${ports.collectorMetrics} make verify
`);
}
