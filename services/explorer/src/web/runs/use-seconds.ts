import { useEffect, useState } from 'react';

/** The present in milliseconds since 1970, looked at every so many seconds. */
export function useSeconds(every: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every * 1_000);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
