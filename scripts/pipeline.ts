/**
 * The whole way of a training metric on this machine, without Docker: mock trainer, sidecar, push gateway, collector and
 * Prometheus as child processes. Ctrl-C ends all of them; so does the failure of any of them.
 * Arguments go to the mock trainer, such as `--jobs 3 --interval 1`.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { choosePorts } from './choose-ports.ts';
import { ensureCollector } from './ensure-collector.ts';
import { ensurePrometheus } from './ensure-prometheus.ts';
import { pipelineMembers } from './pipeline-members.ts';
import { PIPELINE_PORTS, type PipelinePorts } from './pipeline-ports.ts';
import { localPrometheusConfig, localTargets } from './prometheus-config.ts';
import { runMembers, runScript } from './run-members.ts';

const folder = resolve(process.env.ML_OTEL_DATA_DIR || join(import.meta.dir, '../out/pipeline'));

await runScript(async () => {
  const ports = await choosePorts(PIPELINE_PORTS, process.env);
  const members = pipelineMembers({
    ports,
    folder,
    collector: await ensureCollector(),
    prometheus: await ensurePrometheus(),
    prometheusConfig: await writePrometheusConfig(ports),
    trainerFlags: process.argv.slice(2),
  });
  await runMembers(members, () => announce(ports));
});

async function writePrometheusConfig(ports: PipelinePorts): Promise<string> {
  await mkdir(join(folder, 'metrics'), { recursive: true });
  const path = join(folder, 'prometheus.yml');
  await Bun.write(path, await localPrometheusConfig({ targets: localTargets(ports) }));
  return path;
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
