import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, join, parse, resolve, sep } from 'node:path';

/** Folders, each with the names in it whose change can change what a path leads to. */
export type WatchPoints = ReadonlyMap<string, ReadonlySet<string>>;

/** As many as Linux follows (path_resolution(7)). */
const MAX_LINKS = 40;

/**
 * Where to watch for changes of `path`: in the folder of the file itself, in that of every symbolic link on the way
 * (Kubernetes swaps a mounted volume's `..data`), or, where the path ends early, in the last folder that is there.
 */
export function findWatchPoints(path: string): WatchPoints {
  const points = new Map<string, Set<string>>();
  const add = (folder: string, name: string) => {
    points.set(folder, (points.get(folder) ?? new Set()).add(name));
  };
  const absolute = resolve(path);
  let current = parse(absolute).root;
  let rest = split(absolute.slice(current.length));
  let links = 0;
  while (rest.length > 0) {
    const [name, ...further] = rest as [string, ...string[]];
    rest = further;
    if (name === '..') {
      current = dirname(current);
      continue;
    }
    const next = join(current, name);
    const link = readLink(next);
    if (link === undefined || link !== '' || rest.length === 0) add(current, name);
    if (link === undefined) break;
    if (link === '') {
      current = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) break;
    const { root } = parse(link);
    if (root !== '') current = root;
    rest = [...split(link.slice(root.length)), ...rest];
  }
  return points;
}

/** A link's target; empty for what is no link; undefined where there is nothing, or nothing that may be seen. */
function readLink(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : '';
  } catch {
    return undefined;
  }
}

function split(path: string): string[] {
  return path.split(sep).filter((part) => part !== '' && part !== '.');
}
