/**
 * Puts together what is asked for within a moment: a function that takes one key and answers when the batch that the key
 * went with is there.
 *
 * @param load answers for all of its keys; a key that is missing in the answer is undefined for who asked
 * @param most keys of one batch
 */
export function batched<K, V>(
  load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  { most, wait = 0 }: { readonly most: number; readonly wait?: number },
): (key: K) => Promise<V | undefined> {
  let waiting: { readonly key: K; readonly settle: (answer: Promise<ReadonlyMap<K, V>>) => void }[] = [];
  const flush = () => {
    const all = waiting;
    waiting = [];
    const keys = [...new Set(all.map(({ key }) => key))];
    for (let at = 0; at < keys.length; at += most) {
      const some = keys.slice(at, at + most);
      const answer = load(some);
      for (const { key, settle } of all) if (some.includes(key)) settle(answer);
    }
  };
  return (key) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setTimeout(flush, wait);
      waiting.push({
        key,
        settle: (answer) => void answer.then((values) => resolve(values.get(key)), reject),
      });
    });
}
