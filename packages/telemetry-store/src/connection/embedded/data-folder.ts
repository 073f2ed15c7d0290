import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StoreError } from '../store-error.ts';

/** Where the parts of an embedded store lie. All of them on one disk. */
export interface DataFolder {
  readonly root: string;
  /** ClickHouse's own. */
  readonly engine: string;
  /** Bytes on their way in, each a file until its insert ended. */
  readonly incoming: string;
  /** Format schemas, named by their content. */
  readonly formats: string;
  readonly backups: string;
}

export function dataFolder(root: string): DataFolder {
  const path = resolve(root);
  // The paths are given to INFILE, which takes these for patterns.
  if (/[*?{}]/.test(path))
    throw new StoreError(`the data folder ${path} must not have any of * ? { } in its name`, {
      reason: 'usage',
    });
  return {
    root: path,
    engine: join(path, 'engine'),
    incoming: join(path, 'incoming'),
    formats: join(path, 'formats'),
    backups: join(path, 'backups'),
  };
}

/** Makes what is missing. What an earlier process left on its way in was never acknowledged, and goes. */
export function prepareFolder(folder: DataFolder): void {
  const restored = `${folder.engine}.restored`;
  // A restore that was interrupted after the old engine had been moved away; else the store would come up empty.
  if (existsSync(restored) && !existsSync(folder.engine)) renameSync(restored, folder.engine);
  rmSync(restored, { recursive: true, force: true });
  rmSync(folder.incoming, { recursive: true, force: true });
  for (const path of [folder.root, folder.engine, folder.incoming, folder.formats, folder.backups])
    mkdirSync(path, { recursive: true, mode: 0o700 });
}
