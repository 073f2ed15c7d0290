import { expect, setDefaultTimeout, test } from 'bun:test';
import { readEvents } from '../api/testing/read-events.ts';
import { eventStream, STREAM_TIMES, type StreamTimes } from './event-stream.ts';
import type { Watcher } from './feed.ts';

setDefaultTimeout(30_000);

interface Opened {
  readonly answer: Response;
  readonly watcher: Watcher<string>;
  /** How often it was left. */
  readonly left: () => number;
}

async function open(
  times: StreamTimes = STREAM_TIMES,
  signal = new AbortController().signal,
): Promise<Opened> {
  let watcher!: Watcher<string>;
  let left = 0;
  const answer = await eventStream<string>(
    async (given) => {
      watcher = given;
      return () => void left++;
    },
    'news',
    { signal, times },
  );
  return { answer, watcher, left: () => left };
}

test('a reader who is too slow is sent away, with all that was written before', async () => {
  const { answer, watcher, left } = await open();
  const long = 'x'.repeat(1 << 20);
  let sent = 1;
  while (watcher.send({ id: String(sent), data: long }) && sent < 100) sent++;
  // Four MiB may wait.
  expect(sent).toBe(4);
  // What a feed does then.
  watcher.end();
  expect(left()).toBe(1);
  expect(watcher.send({ id: 'late', data: 'late' })).toBe(false);
  const events = readEvents(answer);
  const ids: string[] = [];
  for (let event = await events.next(); event !== undefined; event = await events.next()) ids.push(event.id);
  expect(ids).toEqual(['1', '2', '3', '4']);
});

test('a stream with nothing to tell is ended after a while, and left', async () => {
  const { answer, left } = await open({ heartbeat: 5, idle: 20 });
  const text = await answer.text();
  expect(text).toStartWith('retry: 1000\n: watching\n\n');
  expect(left()).toBe(1);
});

test('heartbeats are sent while it lives', async () => {
  const { answer, left } = await open({ heartbeat: 5, idle: 60_000 });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (text.split(': here\n\n').length < 4) text += (await reader.read()).value;
  await reader.cancel();
  expect(left()).toBe(1);
});

test('a caller who goes leaves it, once', async () => {
  const gone = new AbortController();
  const { answer, watcher, left } = await open(STREAM_TIMES, gone.signal);
  gone.abort();
  watcher.end();
  await answer.body!.cancel();
  expect(left()).toBe(1);
});

test('what cannot be watched is told to the caller, who keeps nothing open', async () => {
  const refused = eventStream(() => Promise.reject(new Error('full')), 'news', {
    signal: new AbortController().signal,
    times: STREAM_TIMES,
  });
  expect(await refused.then(String, String)).toBe('Error: full');
});
