import { expect, test } from 'bun:test';
import { Problem } from '../api/problem.ts';
import { AnnouncedChanges } from './changes.ts';
import type { Source, Watcher } from './feed.ts';
import { Feeds } from './feeds.ts';

const quiet: Source<string> = { poll: async () => [], begin: async () => [], position: () => '0' };
const watched = (key: string, source = quiet) => ({ key, signals: ['logs'] as const, source: () => source });
const watcher = (): Watcher<string> => ({ send: () => true, end: () => {} });

const feedsFor = (maxWatchers: number) =>
  new Feeds({ changes: new AnnouncedChanges(), onFault: () => {}, maxWatchers });

test('so many may watch, all feeds together; one who leaves makes room', async () => {
  const feeds = feedsFor(2);
  const leave = await feeds.watch(watched('a'), watcher(), undefined);
  await feeds.watch(watched('b'), watcher(), undefined);
  const refused = await feeds.watch(watched('a'), watcher(), undefined).catch((error) => error);
  expect(refused).toBeInstanceOf(Problem);
  expect((refused as Problem).kind).toBe('overloaded');
  leave();
  await feeds.watch(watched('a'), watcher(), undefined);
  feeds.end();
});

test('one whose source fails does not count', async () => {
  const feeds = feedsFor(1);
  const broken = { ...quiet, poll: () => Promise.reject(new Error('no store')) };
  const refused = feeds.watch(watched('broken', broken), watcher(), undefined);
  expect(await refused.then(String, String)).toBe('Error: no store');
  await feeds.watch(watched('a'), watcher(), undefined);
  feeds.end();
});
