import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Collector, startCollector } from '../../e2e/support/collector.ts';
import { cpuSeconds, residentMiB } from '../../e2e/support/process-usage.ts';
import { tempFolder } from '../../e2e/support/temp-folder.ts';
import { startChild } from '../../scripts/child-process.ts';
import { freePort } from '../../scripts/free-port.ts';
import { textTable } from '../../scripts/text-table.ts';
import { waitUntil } from '../../scripts/wait-until.ts';
import { snapshotAt } from '../gateway/snapshots.ts';

const MAIN = join(import.meta.dir, '../../services/sidecar/src/main.ts');
const WRITE_EVERY_MILLIS = 10_000;
const SETTLE_MILLIS = 12_000;
const WINDOWS = 3;
const WINDOW_MILLIS = 60_000;

/**
 * Processor time and resident memory of a sidecar with its default settings and a spool, beside a job that writes its
 * file every ten seconds, sending to a real collector. Its start is not counted: settled for 12 s first.
 */
export async function measureSidecarIdle(): Promise<string> {
  await using folder = await tempFolder();
  await using collector = await startCollector();
  const file = join(folder.path, 'current.json');
  const writing = setInterval(() => void write(file), WRITE_EVERY_MILLIS);
  await write(file);
  const sidecar = await startSidecar(collector, file, join(folder.path, 'spool'));
  try {
    await Bun.sleep(SETTLE_MILLIS);
    const rows: string[][] = [];
    for (let window = 1; window <= WINDOWS; window++) {
      const before = cpuSeconds(sidecar.pid);
      await Bun.sleep(WINDOW_MILLIS);
      const share = ((cpuSeconds(sidecar.pid) - before) / WINDOW_MILLIS) * 1_000;
      rows.push([
        String(window),
        `${(share * 100).toFixed(2)} %`,
        `${residentMiB(sidecar.pid).toFixed(1)} MiB`,
      ]);
    }
    return [
      textTable(['window of 60 s', 'of a core', 'resident at its end'], rows),
      'Goals: under 1 % of a core, under 90 MB (85.8 MiB).',
    ].join('\n');
  } finally {
    clearInterval(writing);
    await sidecar.stop();
  }
}

let step = 0;

async function write(file: string): Promise<void> {
  step += 1;
  await writeFile(`${file}.tmp`, JSON.stringify(snapshotAt(1, step, Date.now())));
  await rename(`${file}.tmp`, file);
}

async function startSidecar(collector: Collector, file: string, spool: string) {
  const port = await freePort();
  const child = startChild({
    command: [process.execPath, MAIN],
    env: {
      METRICS_FILE_PATH: file,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.grpcEndpoint,
      HEALTH_PORT: String(port),
      SPOOL_DIR: spool,
    },
  });
  await waitUntil(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, { what: 'the sidecar' });
  return child;
}
