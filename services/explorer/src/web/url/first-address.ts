/**
 * The address as it was typed or followed. Read when the page begins, because the router puts it right at once; later
 * addresses are of its own making.
 */
export const FIRST_ADDRESS = { path: location.pathname, search: location.search } as const;
