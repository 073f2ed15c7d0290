import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrations } from '../packages/telemetry-store/src/migrate/migration.ts';
import { openMigratedEmbedded } from '../packages/telemetry-store/src/migrate/open-migrated.ts';
import { codeBlocks } from './support/markdown.ts';
import { type TempFolder, tempFolder } from './support/temp-folder.ts';

setDefaultTimeout(300_000);

const ROOT = join(import.meta.dir, '..');
const MIGRATIONS = join(ROOT, 'packages/telemetry-store/migrations');
const blocks = codeBlocks(readFileSync(join(ROOT, 'docs/retention-and-archive.md'), 'utf8'));

let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder();
  const store = await openMigratedEmbedded(join(folder.path, 'data'), readMigrations(MIGRATIONS));
  await store.command(
    `INSERT INTO otel_logs (Timestamp, Body, ReceivedAt) SELECT now64(9), 'old', toDateTime('2026-01-05 01:00:00', 'UTC')`,
  );
  await store.close();
});
afterAll(() => folder?.[Symbol.asyncDispose]());

/** A block as it is shown, with a folder of the test's own. */
async function run(name: string): Promise<string> {
  const block = blocks.find((candidate) => candidate.run === name)!;
  const code = block.code
    .replaceAll('/var/lib', folder.path)
    .replaceAll(/\bbun (?=services)/g, `${process.execPath} `);
  const child = Bun.spawn(['bash', '-euo', 'pipefail', '-c', code], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', ML_OTEL_DATA_DIR: join(folder.path, 'data') },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [status, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  expect({ name, code: status, err }).toEqual({ name, code: 0, err: '' });
  return out;
}

test('the commands of docs/retention-and-archive.md, one after the other', async () => {
  expect(await run('preview')).toMatch(/waits until it is confirmed:[\s\S]*otel_logs +2026-01-05/);
  expect(await run('apply')).toMatch(/logs: gone:[\s\S]*otel_logs +2026-01-05/);
  expect(await run('list')).toMatch(/2026-01-05 +otel_logs +1 .* archived/);
  expect(await run('restore')).toMatch(/restored:[\s\S]*otel_logs/);
  expect(await run('release')).toMatch(/released:[\s\S]*otel_logs/);
  expect(await run('backups')).toContain('name');
  const ran = ['preview', 'apply', 'list', 'restore', 'release', 'backups'];
  expect(blocks.flatMap((block) => block.run ?? []).filter((name) => name !== '')).toEqual(ran);
});
