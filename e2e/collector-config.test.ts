import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { ensureCollector } from '../scripts/ensure-collector.ts';

const FOLDER = join(import.meta.dir, '../collector');
const BUILD_MS = 20 * 60_000;
const ENV = { FORWARD_ENDPOINT: 'http://explorer:4318', CLICKHOUSE_URL: 'tcp://clickhouse:9000' };

test.each([
  [['config.yaml']],
  [['config.yaml', 'forward.yaml']],
  [['config.yaml', 'clickhouse.yaml']],
  [['config.yaml', 'forward.yaml', 'clickhouse.yaml']],
  [['existing-collector.yaml']],
])(
  'the collector accepts %j',
  async (files) => {
    const child = Bun.spawn(
      [await ensureCollector(), 'validate', ...files.flatMap((file) => ['--config', join(FOLDER, file)])],
      { env: { ...process.env, ...ENV }, stdout: 'pipe', stderr: 'pipe' },
    );
    const complaint = await new Response(child.stderr).text();
    expect({ code: await child.exited, complaint }).toEqual({ code: 0, complaint: '' });
  },
  BUILD_MS,
);
