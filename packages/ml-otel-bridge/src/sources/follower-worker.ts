import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../clock.ts';
import type { Time } from '../schema/index.ts';
import type { SourceLogger } from './episode.ts';
import { createFileFollower, type FollowerOptions, type FollowerStatus } from './file-follower.ts';
import type { Tail } from './tail.ts';

/** What the thread tells the one that began it. */
export type FollowerMessage =
  | {
      readonly kind: 'read';
      readonly values: readonly unknown[];
      readonly time: Time;
      readonly tail: Tail | undefined;
    }
  | { readonly kind: 'status'; readonly status: FollowerStatus }
  | {
      readonly kind: 'log';
      readonly level: keyof SourceLogger;
      readonly details: object;
      readonly message: string;
    }
  | { readonly kind: 'stopped' };

const port = parentPort;
if (port !== null) {
  const tell = (message: FollowerMessage) => port.postMessage(message);
  const log = (level: keyof SourceLogger) => (details: object, message: string) =>
    tell({ kind: 'log', level, details, message });
  const follower = createFileFollower(
    workerData as FollowerOptions,
    {
      logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
      status: (status) => tell({ kind: 'status', status }),
      read: (values, time, tail) => tell({ kind: 'read', values, time, tail }),
    },
    systemClock,
  );
  port.once('message', () => {
    follower.stop();
    tell({ kind: 'stopped' });
  });
  follower.start();
}
