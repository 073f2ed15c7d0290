/** Lets one process at a time migrate a store. */
export interface Mutex {
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** For an embedded store: its folder has one process anyway. */
export const NO_MUTEX: Mutex = { run: (work) => work() };
