export const RUNS_SEARCH = {} as const;
export const RUN_SEARCH = {} as const;
export const COMPARE_SEARCH = {} as const;
