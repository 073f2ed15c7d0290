import type { Clock } from '../clock.ts';
import type { Time } from '../schema/index.ts';
import { createEpisode, type SourceLogger } from './episode.ts';
import { createFileCursor, MAX_DOCUMENT_BYTES, type Reading } from './file-cursor.ts';
import { watchPath } from './path-watch.ts';
import type { Tail } from './tail.ts';

export interface FollowerOptions {
  /** The file; it and its folders may come later, and go. */
  readonly path: string;
  /** Time between two looks at the file when nothing says that it changed, in milliseconds. */
  readonly intervalMillis: number;
  /** Where an earlier follower of the file had come to. */
  readonly tail?: Tail;
}

/** What a follower has to say. */
export interface FollowerObserver {
  /**
   * New values of the file, in order, not checked; `time` is the file's time of change, `tail` how far a file that is
   * appended to has been read with them.
   */
  read(values: readonly unknown[], time: Time, tail: Tail | undefined): void;
  status(status: FollowerStatus): void;
  readonly logger: SourceLogger;
}

/** How the file does at the moment; times in milliseconds since the Unix epoch. */
export interface FollowerStatus {
  readonly present: boolean;
  /** The last time that the interval came round. */
  readonly lastLookAt: number;
  /** The last time that the file was there and whole. */
  readonly lastReadAt: number | undefined;
  /** The last time that it held something new. */
  readonly lastChangeAt: number | undefined;
  /** What keeps it from being read: missing, empty, broken, irregular, unreadable, too_large. */
  readonly trouble: string | undefined;
}

/** Reads a file at every change that the operating system tells of, and at the interval. */
export interface FileFollower {
  /** Reads what is there and begins to watch. */
  start(): void;
  /** Reads a last time and ends; nothing is said after it. */
  stop(): void | Promise<void>;
}

/** A writer that does not replace its file in one go is given this long to end what it began. */
const BROKEN_RETRY_MILLIS = [20, 50, 100] as const;
/** How many parts of a file, of about a MiB each, the last read takes: ending must not take long. */
const LAST_CHUNKS = 16;

/**
 * Bun tells of about one in a thousand rewrites in place not at all, so that after a change the file is looked at
 * again without being told to.
 */
const FIRST_DOUBT_MILLIS = 2;

/** Why the file is looked at: something changed, the interval came round, it is the end, or something may have changed. */
type Reason = 'change' | 'tick' | 'last' | 'doubt';
const isHasty = (why: Reason) => why === 'change' || why === 'doubt';
type Trouble = Exclude<Reading, { status: 'read' | 'unchanged' | 'broken' }>;
const TROUBLES: Record<Trouble['status'], readonly ['info' | 'error', string]> = {
  missing: ['info', 'the metrics file is not there: it is read as soon as it is'],
  empty: ['info', 'the metrics file is empty: it is read as soon as it is written'],
  irregular: ['error', 'the metrics path is not a regular file: name one that is'],
  unreadable: ['error', 'the metrics file cannot be read: see to its permissions'],
  too_large: [
    'error',
    `the metrics file is larger than ${MAX_DOCUMENT_BYTES} bytes: write one snapshot a line (NDJSON), or the last only`,
  ],
};

export function createFileFollower(
  { path, intervalMillis, tail }: FollowerOptions,
  observer: FollowerObserver,
  clock: Clock,
): FileFollower {
  const { logger } = observer;
  const details = { file: path };
  const cursor = createFileCursor(path, clock.now, tail);
  const trouble = createEpisode(logger, details);
  const badLines = createEpisode(logger, details);
  const watching = createEpisode(logger, details);
  let state: 'new' | 'running' | 'stopped' = 'new';
  let present = false;
  let lastLookAt = clock.now();
  let lastReadAt: number | undefined;
  let lastChangeAt: number | undefined;
  let brokenReads = 0;
  let unsaid: Trouble | undefined;
  const timers = new Map<string, () => void>();

  function after(name: string, millis: number, run: () => void): void {
    if (state !== 'running') return;
    timers.get(name)?.();
    timers.set(
      name,
      clock.after(millis, () => {
        timers.delete(name);
        run();
      }),
    );
  }

  /** @returns whether there is more to read at once */
  function read(why: Reason): boolean {
    const before = lastChangeAt;
    const more = look(why);
    if (why !== 'doubt' || lastChangeAt !== before) tellStatus();
    return more;
  }

  function tellStatus(): void {
    observer.status({ present, lastLookAt, lastReadAt, lastChangeAt, trouble: trouble.kind });
  }

  function look(why: Reason): boolean {
    const reading = cursor.next(why === 'change' || why === 'last' ? 'always' : 'if_stamped');
    if (reading.status === 'unchanged') {
      if (unsaid && !isHasty(why)) troubled(unsaid);
      if (!unsaid && trouble.kind === undefined && brokenReads === 0) lastReadAt = clock.now();
      return false;
    }
    present = reading.status !== 'missing';
    unsaid = undefined;
    if (reading.status === 'read') take(reading);
    else if (reading.status === 'broken') broken(reading.reason);
    else {
      brokenReads = 0;
      // Between deleting and writing anew it is gone or empty for a moment.
      if (isHasty(why) && (reading.status === 'missing' || reading.status === 'empty')) unsaid = reading;
      else troubled(reading);
    }
    return reading.status === 'read' && reading.more;
  }

  function changed(): void {
    readOn();
    lookAgain(FIRST_DOUBT_MILLIS);
  }

  function readOn(): void {
    if (read('change')) after('more', 0, readOn);
  }

  /** Soon, then ever less often, until the interval is as good. */
  function lookAgain(millis: number): void {
    if (millis >= intervalMillis) return;
    after('doubt', millis, () => {
      if (read('doubt')) changed();
      else lookAgain(millis * 2);
    });
  }

  function take(reading: Extract<Reading, { status: 'read' }>): void {
    lastReadAt = clock.now();
    lastChangeAt = lastReadAt;
    if (reading.values.length > 0) observer.read(reading.values, reading.time, reading.tail);
    if (reading.badLines.length > 0) {
      badLines.begin(
        'bad_lines',
        'warn',
        'lines that are not JSON were left out: correct what writes the file',
        {
          lines: reading.badLines.slice(0, 5),
          more: Math.max(reading.badLines.length - 5, 0),
        },
      );
    } else if (reading.values.length > 0) badLines.end('lines are JSON again');
    if (reading.values.length > 0 || !reading.partial) brokenReads = 0;
    if (reading.partial) {
      broken('the last line is not whole');
    } else {
      timers.get('broken')?.();
      trouble.end('the metrics file is read');
    }
  }

  function broken(reason: string): void {
    const millis = BROKEN_RETRY_MILLIS[brokenReads];
    brokenReads += 1;
    if (millis !== undefined && state === 'running') {
      after('broken', millis, () => reread(reason));
      return;
    }
    trouble.begin(
      'broken',
      'warn',
      'the metrics file is not whole JSON: let its writer rename a finished file into place',
      {
        reason,
      },
    );
  }

  /** The same again counts: what was half written stays so. */
  function reread(reason: string): void {
    const reading = cursor.next('always');
    if (reading.status === 'unchanged') broken(reason);
    if (reading.status === 'broken') broken(reading.reason);
    if (reading.status === 'read') take(reading);
    if (reading.status === 'read' && reading.more) readOn();
    tellStatus();
  }

  function troubled(reading: Trouble): void {
    const [level, message] = TROUBLES[reading.status];
    const { status, ...more } = reading;
    trouble.begin(status, level, message, more);
  }

  function tick(): void {
    after('tick', intervalMillis, tick);
    lastLookAt = clock.now();
    watch?.sync();
    if (read('tick')) changed();
  }

  let watch: ReturnType<typeof watchPath> | undefined;
  return {
    start() {
      if (state !== 'new') return;
      state = 'running';
      watch = watchPath(path, {
        changed,
        failed(folder, error) {
          watching.begin(
            error.message,
            'warn',
            'a folder cannot be watched: its files are read at the interval only',
            {
              folder,
              reason: error.message,
            },
          );
        },
      });
      tick();
    },
    stop() {
      if (state === 'stopped') return;
      watch?.close();
      const wasRunning = state === 'running';
      state = 'stopped';
      for (const cancel of timers.values()) cancel();
      timers.clear();
      if (!wasRunning) return;
      for (let chunks = 1; read('last') && chunks < LAST_CHUNKS; chunks++);
    },
  };
}
