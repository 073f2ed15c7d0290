export const METRICS_SEARCH = {} as const;
