import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '@ml-otel/telemetry-store';
import { archiveFolder, listArchives } from '@ml-otel/telemetry-store/retention';
import { makeMigratedFolder } from '../../../../packages/telemetry-store/src/testing/migrated-folder.ts';
import { parseConfig } from '../config.ts';
import { manualTimer } from '../receiver/testing/manual-timer.ts';
import { openStore } from '../store/open-store.ts';
import { createIngestMetrics } from '../telemetry/ingest-metrics.ts';
import { createRetentionMetrics } from '../telemetry/retention-metrics.ts';
import { type RetentionParts, startRetention } from './retention-loop.ts';
import { confirmedBy, retentionOf } from './retention-settings.ts';

setDefaultTimeout(60_000);

let folder: string;
let store: Connection;
let log: { level: string; message: string; details: Record<string, unknown> }[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'retention-'));
  log = [];
  await makeMigratedFolder(join(folder, 'data'));
  store = await openStore(configOf({}));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function configOf(env: Record<string, string>) {
  const parsed = parseConfig({ ML_OTEL_DATA_DIR: join(folder, 'data'), ...env });
  if (!parsed.ok) throw new Error(parsed.issues.join('\n'));
  return parsed.config;
}

const say = (level: string) => (details: object, message: string) =>
  void log.push({ level, message, details: details as Record<string, unknown> });
const logger = { info: say('info'), warn: say('warn'), error: say('error') };

/** A loop whose passes can be waited for one by one. */
function start(env: Record<string, string>, parts: Partial<RetentionParts> = {}) {
  const config = configOf(env);
  const waiting: (() => void)[] = [];
  let done = 0;
  const count = () => {
    done++;
    for (const tell of waiting.splice(0)) tell();
  };
  const timer = manualTimer();
  const loop = startRetention({
    store,
    retention: retentionOf(config),
    isConfirmed: confirmedBy(config),
    archive: undefined,
    logger,
    timer,
    observer: { passed: count, failed: count },
    now: () => new Date('2026-03-10T00:00:00Z'),
    ...parts,
  });
  const pass = async (nth: number) => {
    while (done < nth) await new Promise<void>((resolve) => waiting.push(resolve));
    while (timer.delays.length === 0) await Bun.sleep(1);
  };
  return { loop, timer, pass };
}

const logOn = (day: string) =>
  store.command(
    `INSERT INTO otel_logs (Timestamp, Body, ReceivedAt) SELECT now64(9), 'x', toDateTime({at:String}, 'UTC')`,
    { params: { at: `${day} 12:00:00` } },
  );
const days = async () =>
  (
    await store.query<{ d: string }>(
      'SELECT DISTINCT toString(toDate(ReceivedAt)) AS d FROM otel_logs ORDER BY d',
    )
  ).map(({ d }) => d);

test('a first start with the defaults deletes nothing that it finds, and says what waits', async () => {
  await logOn('2026-01-01');
  const { loop, timer, pass } = start({});
  await pass(1);
  expect(await days()).toEqual(['2026-01-01']);
  expect(log).toHaveLength(1);
  expect(log[0]).toMatchObject({
    level: 'warn',
    details: { signal: 'logs', days: 30, before: 'off', from: '2026-01-01' },
  });
  expect(log[0]!.message).toContain('RETENTION_CONFIRM=logs=30d');
  expect(timer.delays).toEqual([3_600_000]);
  await loop.stop();
  expect(timer.delays).toEqual([]);
});

test('what is confirmed goes, and each hour what has become old', async () => {
  await logOn('2026-01-01');
  let now = new Date('2026-03-10T00:00:00Z');
  const { loop, timer, pass } = start(
    { RETENTION_LOGS: '1w', RETENTION_CONFIRM: 'traces=7d, logs=7d' },
    { now: () => now },
  );
  await pass(1);
  expect(await days()).toEqual([]);
  await logOn('2026-03-09');
  now = new Date('2026-03-16T23:59:59Z');
  timer.pass();
  await pass(2);
  expect(await days()).toEqual(['2026-03-09']);
  now = new Date('2026-03-17T00:00:00Z');
  timer.pass();
  await pass(3);
  expect(await days()).toEqual([]);
  expect(log.map(({ level }) => level)).toEqual(['info', 'info']);
  await loop.stop();
});

test('with an archive the days are in files; metrics tell of it', async () => {
  await logOn('2026-01-01');
  const metrics = createIngestMetrics();
  const archive = archiveFolder(join(folder, 'archive'));
  const told = createRetentionMetrics(metrics.meter('explorer.retention'));
  let isTold = () => {};
  const passed = new Promise<void>((resolve) => {
    isTold = resolve;
  });
  const { loop } = start(
    { RETENTION_CONFIRM: 'logs=30d' },
    {
      archive,
      observer: {
        ...told,
        passed: (outcomes, archived) => {
          told.passed(outcomes, archived);
          isTold();
        },
      },
    },
  );
  await passed;
  await loop.stop();
  expect(await days()).toEqual([]);
  expect((await listArchives(store)).map(({ table, step }) => [table, step])).toContainEqual([
    'otel_logs',
    'dropped',
  ]);
  const { resourceMetrics } = await metrics.collect();
  const names = resourceMetrics.scopeMetrics.flatMap((scope) =>
    scope.metrics.map(({ descriptor }) => descriptor.name),
  );
  expect(names).toContain('explorer.retention.rows');
});

test('a store that does not answer is an error in the log, and another try', async () => {
  const { loop, timer, pass } = start(
    {},
    { store: { ...store, query: () => Promise.reject(new Error('away')) } },
  );
  await pass(1);
  expect(log).toMatchObject([{ level: 'error', details: { reason: 'away' } }]);
  expect(timer.delays).toEqual([3_600_000]);
  await loop.stop();
});
