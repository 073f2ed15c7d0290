import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../clock.ts';
import {
  createFileFollower,
  type FileFollower,
  type FollowerObserver,
  type FollowerOptions,
} from './file-follower.ts';
import type { FollowerMessage } from './follower-worker.ts';

/** How long the thread may take for its last read. */
const LAST_READ_MILLIS = 1_000;

/**
 * A follower in a thread of its own, which nothing that this one does can hold up. Should the thread end, which it
 * has no reason to, this one goes on in its place.
 */
export function createFollowerThread(options: FollowerOptions, observer: FollowerObserver): FileFollower {
  let worker: Worker | undefined;
  let substitute: FileFollower | undefined;
  let stopping: (() => void) | undefined;

  function hear(message: FollowerMessage): void {
    if (message.kind === 'read') observer.read(message.values, message.time, message.tail);
    if (message.kind === 'status') observer.status(message.status);
    if (message.kind === 'log') observer.logger[message.level](message.details, message.message);
    if (message.kind === 'stopped') stopping?.();
  }

  function replace(reason: string): void {
    if (worker === undefined) return;
    worker = undefined;
    observer.logger.warn(
      { reason },
      'the thread that reads the metrics file ended: it is read in the main thread',
    );
    substitute = createFileFollower(options, observer, systemClock);
    substitute.start();
    stopping?.();
  }

  return {
    start() {
      // The source in development, what was compiled from it in the package.
      const entry = new URL(`./follower-worker${extname(import.meta.url)}`, import.meta.url);
      worker = new Worker(entry, { workerData: options });
      worker.on('message', hear);
      worker.on('error', (error) => replace(String(error)));
      worker.on('exit', (code) => replace(`exit code ${code}`));
      worker.unref();
    },
    async stop() {
      const ending = worker;
      if (ending !== undefined) {
        const { promise, resolve } = Promise.withResolvers<void>();
        stopping = resolve;
        const timer = setTimeout(resolve, LAST_READ_MILLIS);
        ending.postMessage('stop');
        await promise;
        clearTimeout(timer);
        worker = undefined;
        await ending.terminate();
      }
      await substitute?.stop();
    },
  };
}
