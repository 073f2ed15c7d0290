import type { FeedEvent, Watcher } from './feed.ts';

/** Milliseconds. */
export interface StreamTimes {
  /** A comment is sent so often, by which both sides notice that the other has gone. */
  readonly heartbeat: number;
  /** A stream is ended on which there was nothing to tell for so long; a browser then comes again by itself. */
  readonly idle: number;
}

export const STREAM_TIMES: StreamTimes = { heartbeat: 15_000, idle: 15 * 60_000 };

/** Bytes that wait for a reader who is slower than the news; beyond, it has to come again. */
const MOST_WAITING = 4 << 20;

/**
 * Server-sent events of one watcher (HTML, section 9.2). The stream ends when the reader goes, is too slow, or there is
 * nothing to tell for long.
 *
 * @param watch begins to watch, and gives how to end it
 * @throws what `watch` throws
 */
export async function eventStream<T>(
  watch: (watcher: Watcher<T>) => Promise<() => void>,
  name: string,
  { signal, times }: { readonly signal: AbortSignal; readonly times: StreamTimes },
): Promise<Response> {
  let leave: (() => void) | undefined;
  let ended = false;
  let lastEvent = Date.now();
  const encoder = new TextEncoder();
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
      },
      cancel: () => end(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MOST_WAITING }),
  );
  const write = (text: string): boolean => {
    if (ended) return false;
    controller.enqueue(encoder.encode(text));
    return (controller.desiredSize ?? 0) > 0;
  };
  const timer = setInterval(() => {
    if (Date.now() - lastEvent > times.idle || !write(': here\n\n')) end();
  }, times.heartbeat);
  function end(): void {
    if (ended) return;
    ended = true;
    clearInterval(timer);
    signal.removeEventListener('abort', end);
    leave?.();
    try {
      controller.close();
    } catch {
      // The reader closed it.
    }
  }
  const watcher: Watcher<T> = {
    send: ({ id, data }: FeedEvent<T>) => {
      lastEvent = Date.now();
      return write(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end,
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    write('retry: 1000\n: watching\n\n');
    const leaving = await watch(watcher);
    if (ended) leaving();
    else leave = leaving;
  } catch (error) {
    end();
    throw error;
  }
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}
