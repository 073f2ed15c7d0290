import type { ClientResponse } from 'hono/client';
import { ApiError, toApiError } from './api-error.ts';

type Body<R> = R extends ClientResponse<infer T, number, 'json'> ? T : never;

/** The body of an answer. @throws ApiError where there is none, or it is not a good one */
export async function readAnswer<R extends ClientResponse<unknown, number, string>>(
  asked: Promise<R>,
): Promise<Body<R>> {
  const response = await asked.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'The explorer does not answer');
  });
  if (!response.ok) throw await toApiError(response as unknown as Response);
  return (await response.json()) as Body<R>;
}
