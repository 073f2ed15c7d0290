export const LOGS_SEARCH = {} as const;
