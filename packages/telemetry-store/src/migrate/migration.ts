import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MigrationError } from './migration-error.ts';
import { ALONE, fillPlaceholders, type Placeholders } from './placeholders.ts';
import { splitStatements } from './split-statements.ts';

/** One numbered file. Its statements can each be run again after a crash: `IF NOT EXISTS`, `OR REPLACE`. */
export interface Migration {
  readonly version: number;
  /** The file's name. */
  readonly name: string;
  /** Of the file as written, before placeholders. */
  readonly checksum: string;
  readonly statements: readonly string[];
}

/** The files `0001_name.sql`, … of a folder, in order of their numbers. Other files are left alone. */
export function readMigrations(folder: string, placeholders: Placeholders = ALONE): Migration[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  const migrations = files.map((name) =>
    parseMigration(name, readFileSync(join(folder, name), 'utf8'), placeholders),
  );
  migrations.sort((a, b) => a.version - b.version);
  for (const [i, { version, name }] of migrations.entries()) {
    const next = migrations[i + 1];
    if (next?.version === version)
      throw new MigrationError(`${name} and ${next.name} have the same number: give one the next free`);
  }
  return migrations;
}

export function parseMigration(file: string, text: string, placeholders: Placeholders = ALONE): Migration {
  const name = basename(file);
  const version = Number(/^(\d{4})[_-][\w-]+\.sql$/.exec(name)?.[1]);
  if (!(version > 0)) throw new MigrationError(`${name} is no migration's name: write 0001_what_it_does.sql`);
  try {
    return {
      version,
      name,
      checksum: new Bun.CryptoHasher('sha256').update(text).digest('hex'),
      statements: splitStatements(fillPlaceholders(text, placeholders)),
    };
  } catch (error) {
    throw new MigrationError(`${name}: ${(error as Error).message}`, { cause: error });
  }
}
