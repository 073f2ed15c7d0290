export const SERVICES_SEARCH = {} as const;
