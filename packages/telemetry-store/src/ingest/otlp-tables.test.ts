import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { otlpTables } from './otlp-tables.ts';

test('the migration creates the tables that the columns describe', async () => {
  const migration = join(import.meta.dir, '../../migrations/0005_otlp_tables.sql');
  expect(await Bun.file(migration).text()).toBe(otlpTables());
});
