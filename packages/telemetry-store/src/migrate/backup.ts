import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder } from '../connection/embedded/data-folder.ts';
import { lockFolder } from '../connection/embedded/folder-lock.ts';
import { StoreError } from '../connection/store-error.ts';

/** Data of a part, which ClickHouse writes once and never again; all other files are copied. */
const WRITTEN_ONCE = /\.(bin|cmrk\d*|mrk\d*|cidx|idx)$/;

/**
 * Keeps the engine's folder as it is, while no process has it open. Parts are shared with the store (hard links), so
 * that a backup takes no time and no room until merges replace them.
 *
 * @param name of the backup; one of the same name is replaced
 */
export async function backUp(root: string, name: string): Promise<void> {
  const folder = dataFolder(root);
  await locked(root, async () => {
    const target = join(folder.backups, checkName(name));
    await mkdir(folder.backups, { recursive: true, mode: 0o700 });
    await rm(`${target}.partial`, { recursive: true, force: true });
    await copyTree(folder.engine, `${target}.partial`);
    await rm(target, { recursive: true, force: true });
    await rename(`${target}.partial`, target);
  });
}

export interface Backup {
  readonly name: string;
  /** When it was made. */
  readonly at: Date;
}

/** The backups, the latest first. */
export async function backupsOf(root: string): Promise<Backup[]> {
  const { backups } = dataFolder(root);
  if (!existsSync(backups)) return [];
  const names = (await readdir(backups)).filter((name) => !name.endsWith('.partial'));
  // Of its status: a folder that was renamed into its place has an older time of its content.
  const all = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(backups, name))).ctime })),
  );
  return all.sort((a, b) => b.at.getTime() - a.at.getTime() || (a.name < b.name ? 1 : -1));
}

/** Names, in order. */
export async function listBackups(root: string): Promise<string[]> {
  return (await backupsOf(root)).map(({ name }) => name).sort();
}

/**
 * Removes all but the latest backups.
 *
 * @param keep how many stay
 * @param prefix only those whose name begins so are counted and removed
 * @returns the names of those that went
 */
export async function pruneBackups(root: string, keep: number, prefix = ''): Promise<string[]> {
  const { backups } = dataFolder(root);
  const old = (await backupsOf(root)).filter(({ name }) => name.startsWith(prefix)).slice(keep);
  for (const { name } of old) {
    // Under a name that is not listed first: half a backup must not look like a whole one.
    await rm(join(backups, `${name}.partial`), { recursive: true, force: true });
    await rename(join(backups, name), join(backups, `${name}.partial`));
    await rm(join(backups, `${name}.partial`), { recursive: true, force: true });
  }
  return old.map(({ name }) => name);
}

/**
 * Puts a backup in the place of the store, while no process has it open. The backup stays; what was there is kept
 * as a backup too, whose name this returns.
 */
export async function restore(root: string, name: string): Promise<string> {
  const folder = dataFolder(root);
  const source = join(folder.backups, checkName(name));
  if (!existsSync(source))
    throw new StoreError(
      `there is no backup ${name}; there are: ${(await listBackups(root)).join(', ') || 'none'}`,
      { reason: 'usage' },
    );
  return locked(root, async () => {
    const replaced = `replaced-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    await rm(`${folder.engine}.partial`, { recursive: true, force: true });
    await copyTree(source, `${folder.engine}.partial`);
    // Whoever opens the store after a crash between these finishes the last, see prepareFolder.
    await rename(`${folder.engine}.partial`, `${folder.engine}.restored`);
    if (existsSync(folder.engine)) await rename(folder.engine, join(folder.backups, replaced));
    await rename(`${folder.engine}.restored`, folder.engine);
    return replaced;
  });
}

async function locked<T>(root: string, work: () => Promise<T>): Promise<T> {
  const unlock = lockFolder(dataFolder(root).root);
  try {
    return await work();
  } finally {
    unlock();
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const entries = await readdir(from, { withFileTypes: true });
  const isPart = entries.some(({ name }) => name === 'checksums.txt');
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isFile() && isPart && WRITTEN_ONCE.test(entry.name)) await link(source, target);
    else if (entry.isFile()) await copyFile(source, target);
  }
}

function checkName(name: string): string {
  if (/^\w[\w.-]*$/.test(name)) return name;
  throw new StoreError(`${JSON.stringify(name)} is no backup's name`, { reason: 'usage' });
}
