interface Asked<K, V> {
  readonly key: K;
  readonly signal: AbortSignal | undefined;
  readonly urgent: boolean;
  readonly settle: (answer: Promise<ReadonlyMap<K, V>>) => void;
}

export interface BatchedOptions<K = unknown> {
  /** Keys of one batch. */
  readonly most: number;
  /** Batches at once; what was asked for last goes first, as that is what somebody looks at. */
  readonly atOnce: number;
  /** Milliseconds that a moment takes. Default 0: what is asked for in one go. */
  readonly moment?: number;
  /** Whether a key is to go first, in a batch of its own. */
  readonly isUrgent?: (key: K) => boolean;
}

/**
 * Puts together what is asked for within a moment: a function that takes one key and answers when the batch that the key
 * went with is there. What nobody waits for any more is not loaded; a batch ends when nobody waits for any of it.
 *
 * @param load answers for all of its keys; a key that is missing in the answer is undefined for who asked
 */
export function batched<K, V>(
  load: (keys: readonly K[], signal: AbortSignal) => Promise<ReadonlyMap<K, V>>,
  { most, atOnce, moment: millis = 0, isUrgent = () => false }: BatchedOptions<K>,
): (key: K, signal?: AbortSignal) => Promise<V | undefined> {
  /** The last is the latest. */
  let moments: Asked<K, V>[][] = [];
  let collecting: Asked<K, V>[] | undefined;
  let running = 0;

  const next = () => {
    while (running < atOnce) {
      moments = moments
        .map((moment) => moment.filter(({ signal }) => signal?.aborted !== true))
        .filter(({ length }) => length > 0);
      const moment = moments.pop();
      if (moment === undefined) return;
      const keys = [...new Set(moment.map(({ key }) => key))].slice(0, most);
      const some = moment.filter(({ key }) => keys.includes(key));
      const rest = moment.filter(({ key }) => !keys.includes(key));
      if (rest.length > 0) moments.push(rest);
      running++;
      const answer = load(keys, whenAllAbort(some.map(({ signal }) => signal)));
      for (const { settle } of some) settle(answer);
      void answer
        .catch(() => undefined)
        .then(() => {
          running--;
          next();
        });
    }
  };

  return (key, signal) =>
    new Promise((resolve, reject) => {
      if (collecting === undefined) {
        const moment: Asked<K, V>[] = [];
        collecting = moment;
        const after = millis === 0 ? queueMicrotask : (end: () => void) => setTimeout(end, millis);
        after(() => {
          collecting = undefined;
          moments.push(
            moment.filter(({ urgent }) => !urgent),
            moment.filter(({ urgent }) => urgent),
          );
          next();
        });
      }
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      collecting.push({
        key,
        signal,
        urgent: isUrgent(key),
        settle: (answer) => void answer.then((values) => resolve(values.get(key)), reject),
      });
    });
}

function whenAllAbort(signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const ending = new AbortController();
  const look = () => {
    if (signals.every((signal) => signal?.aborted === true)) ending.abort();
  };
  for (const signal of signals) signal?.addEventListener('abort', look, { once: true });
  return ending.signal;
}
