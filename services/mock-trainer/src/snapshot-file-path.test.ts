import { expect, test } from 'bun:test';
import { snapshotFilePath } from './snapshot-file-path.ts';

test('further jobs and ranks get files beside the first', () => {
  expect(snapshotFilePath('/shared/metrics/current.json', 0, 0)).toBe('/shared/metrics/current.json');
  expect(snapshotFilePath('/shared/metrics/current.json', 1, 0)).toBe('/shared/metrics/current-2.json');
  expect(snapshotFilePath('/shared/metrics/current.json', 0, 1)).toBe('/shared/metrics/current-rank-1.json');
  expect(snapshotFilePath('run', 2, 3)).toBe('run-3-rank-3');
});
