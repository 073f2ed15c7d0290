import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { gaugeTable, otlpTables } from './otlp-tables.ts';

const migration = (name: string) => Bun.file(join(import.meta.dir, '../../migrations', name)).text();

test('the migrations create the tables that the columns describe', async () => {
  expect(await migration('0005_otlp_tables.sql')).toBe(otlpTables());
  expect(await migration('0031_gauges.sql')).toContain(gaugeTable());
});
