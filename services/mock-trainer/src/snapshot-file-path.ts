import { format, parse } from 'node:path';

/**
 * The file of one job and rank (both from 0) beside `first`, the file of the first job's first rank:
 * `current.json`, `current-2.json` for the second job, `current-rank-1.json` and `current-2-rank-1.json` for ranks.
 */
export function snapshotFilePath(first: string, job: number, rank: number): string {
  const { dir, name, ext } = parse(first);
  const ofJob = job === 0 ? '' : `-${job + 1}`;
  const ofRank = rank === 0 ? '' : `-rank-${rank}`;
  return format({ dir, name: `${name}${ofJob}${ofRank}`, ext });
}
