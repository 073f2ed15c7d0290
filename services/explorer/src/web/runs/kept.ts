import { useCallback, useState } from 'react';

type KeptList = readonly [
  kept: readonly string[],
  keep: (list: readonly string[]) => void,
  /** Takes a word out, or puts it last. */
  toggle: (word: string) => void,
];

/** Words that this browser keeps under a name, such as columns that are shown or metrics that are pinned. */
export function useKeptList(name: string, usual: readonly string[]): KeptList {
  const [kept, setKept] = useState(() => read(name) ?? usual);
  const keep = useCallback(
    (list: readonly string[]) => {
      setKept(list);
      try {
        localStorage.setItem(name, JSON.stringify(list));
      } catch {
        // Storage may be forbidden: then it holds until the page is left.
      }
    },
    [name],
  );
  const toggle = useCallback(
    (word: string) => keep(kept.includes(word) ? kept.filter((one) => one !== word) : [...kept, word]),
    [kept, keep],
  );
  return [kept, keep, toggle];
}

function read(name: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(name) ?? 'null');
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : undefined;
  } catch {
    return undefined;
  }
}
