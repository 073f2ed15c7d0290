/** Threads beside the statements: files, name look-ups, compression. */
const OTHERS = 4;

/**
 * The environment to start this program again with, or undefined where it already has enough threads. Each running
 * statement holds one thread of the runtime's pool, which by default has about as many as the machine has cores; two
 * slow queries would stall all file access. The size is read once, before the first line of ours runs:
 * setting it from inside does nothing.
 */
export function threadPoolEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  statements: number,
): Record<string, string | undefined> | undefined {
  const wanted = statements + OTHERS;
  const has = Number(env.UV_THREADPOOL_SIZE ?? 0);
  return has >= wanted ? undefined : { ...env, UV_THREADPOOL_SIZE: String(wanted) };
}
