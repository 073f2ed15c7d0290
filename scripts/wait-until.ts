export type WaitOptions = {
  /** What is waited for, for the error's text. */
  readonly what: string;
  readonly timeoutMs?: number;
  readonly everyMs?: number;
};

/**
 * Resolves with the first value of `probe` that is neither undefined nor false. A probe that throws has no value yet;
 * its last error is the cause of the one thrown at the end of `timeoutMs` (60 s).
 */
export async function waitUntil<T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { what, timeoutMs = 60_000, everyMs = 50 }: WaitOptions,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`, { cause });
    await Bun.sleep(everyMs);
  }
}
