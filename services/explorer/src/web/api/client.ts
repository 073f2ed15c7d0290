import { hc } from 'hono/client';
import type { Api } from '../../api/app.ts';

/** The API of the server that the page came from, typed by the server itself. */
export const api = hc<Api>(location.origin).api;
