import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ArchiveError } from './archive-error.ts';

/** The folder of the Parquet files: `<table>/<day>-<id>.parquet`. */
export interface ArchiveFolder {
  readonly root: string;
  /** Where a file lies once it is whole. */
  pathOf(file: string): string;
  /** Where it is written until then; its folder is there. */
  draftOf(file: string): Promise<string>;
  /** Brings a draft to its place. When this resolves the file outlives a power cut. @returns its bytes */
  keep(file: string): Promise<number>;
  /** Both the file and its draft, where they are there. */
  remove(file: string): Promise<void>;
}

export function archiveFolder(path: string): ArchiveFolder {
  const root = resolve(path);
  // The engine takes these for patterns.
  if (/[*?{}]/.test(root)) {
    throw new ArchiveError(`the archive folder ${root} must not have any of * ? { } in its name`);
  }
  const pathOf = (file: string) => join(root, file);
  return {
    root,
    pathOf,
    async draftOf(file) {
      await mkdir(dirname(pathOf(file)), { recursive: true, mode: 0o700 });
      return `${pathOf(file)}.partial`;
    },
    async keep(file) {
      const target = pathOf(file);
      const draft = `${target}.partial`;
      await sync(draft);
      await rename(draft, target);
      for (const folder of [dirname(target), root]) await sync(folder);
      return (await stat(target)).size;
    },
    async remove(file) {
      for (const each of [pathOf(file), `${pathOf(file)}.partial`]) await rm(each, { force: true });
    },
  };
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
