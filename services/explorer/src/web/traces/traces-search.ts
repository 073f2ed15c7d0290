export const TRACES_SEARCH = {} as const;
export const TRACE_SEARCH = {} as const;
