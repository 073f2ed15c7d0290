import { expect, test } from 'bun:test';
import * as retention from './index.ts';

test('what the package offers under ./retention', () => {
  expect(Object.keys(retention).sort()).toEqual([
    'ArchiveError',
    'RETAINED',
    'applyRetention',
    'archiveFolder',
    'archiveRemover',
    'dropRemover',
    'listArchives',
    'planRetention',
    'recoverArchives',
    'releaseArchive',
    'restoreArchive',
  ]);
});
