import { expect } from 'bun:test';

/** Parameters of a question, in order; a name may come several times. */
export type Query = readonly (readonly [string, string])[];

/** What came within the last hour. */
export const RECENT = [
  ['from', 'now-1h'],
  ['to', 'now'],
] as const;

/** A span in the answer of `/api/traces/:traceId`, as far as tests look at it. */
export interface AnsweredSpan {
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  readonly service: string;
  readonly status: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What the explorer at this address answers to a GET; fails the test unless it is 200. */
export async function askExplorer<Answer>(
  explorer: string,
  path: string,
  query: Query = [],
): Promise<Answer> {
  const url = new URL(path, explorer);
  for (const [name, value] of query) url.searchParams.append(name, value);
  const response = await fetch(url);
  expect([url.pathname, response.status]).toEqual([url.pathname, 200]);
  return (await response.json()) as Answer;
}
