import { useCallback, useState } from 'react';

/** Words that this browser keeps under a name, such as columns that are shown or metrics that are pinned. */
export function useKeptList(
  name: string,
  usual: readonly string[],
): [readonly string[], (list: readonly string[]) => void] {
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
  return [kept, keep];
}

function read(name: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(name) ?? 'null');
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : undefined;
  } catch {
    return undefined;
  }
}
