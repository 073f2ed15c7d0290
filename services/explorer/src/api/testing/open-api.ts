import type { Connection } from '@ml-otel/telemetry-store';
import type { Hono } from 'hono';
import {
  insert,
  openMigrated,
} from '../../../../../packages/telemetry-store/src/ingest/testing/open-store.ts';
import { AnnouncedChanges } from '../../tail/changes.ts';
import { createApi } from '../app.ts';

export {
  logsRequest,
  metricRequest,
  numberPoint,
  tracesRequest,
} from '../../../../../packages/telemetry-store/src/queries/testing/make-requests.ts';

/** What the page is told of the process, where it does not matter. */
export const ABOUT = { otlpGrpcPort: 4317, otlpHttpPort: 4318, token: false };

type Signal = Parameters<typeof insert>[1];

/** The API over a fresh embedded store, of which there is one at a time in a process; anybody on this machine may ask. */
export interface OpenApi extends AsyncDisposable {
  readonly app: Hono;
  readonly store: Connection;
  /** What nobody expected. */
  readonly faults: unknown[];
  put(signal: Signal, request: Uint8Array): Promise<void>;
  /** GET; the body as JSON. */
  get(
    path: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; body: never }>;
}

export async function openApi(): Promise<OpenApi> {
  const opened = await openMigrated();
  const faults: unknown[] = [];
  const store = opened.connection;
  const changes = new AnnouncedChanges();
  const app = createApi({
    access: undefined,
    changes,
    store,
    about: ABOUT,
    onFault: (error) => faults.push(error),
  });
  return {
    app,
    store,
    faults,
    put: async (signal, request) => {
      await insert(store, signal, request);
      changes.announce(signal);
    },
    async get(path, headers = {}) {
      const answer = await app.request(path, { headers });
      return { status: answer.status, headers: answer.headers, body: (await answer.json()) as never };
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
