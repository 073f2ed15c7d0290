import { StoreError } from '@ml-otel/telemetry-store';
import { QueryError } from '@ml-otel/telemetry-store/queries';
import { HTTPException } from 'hono/http-exception';
import { Problem } from './problem.ts';

/** Of time: TIMEOUT_EXCEEDED, TOO_SLOW. */
const TIME_CODES = new Set([159, 160]);
/** MEMORY_LIMIT_EXCEEDED: of one query, or of all together. */
const MEMORY = 241;

/** What the caller is told of an error; a `fault` where nobody expected it, with nothing of the error in it. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof QueryError) return new Problem('invalid-request', error.message);
  if (error instanceof StoreError) return storeProblem(error);
  if (error instanceof HTTPException && error.status < 500)
    return new Problem('invalid-request', error.message || 'the request cannot be read');
  return new Problem('fault', 'the log of the explorer says more');
}

function storeProblem({ reason, code, isLimit, isCancelled }: StoreError): Problem {
  if (reason === 'aborted' || isCancelled)
    return new Problem('overloaded', 'the query was given up: ask again');
  if (reason === 'unavailable') return new Problem('store-unavailable', 'ask again in a moment');
  // Text that cannot be sent to the store at all, such as half a character.
  if (reason === 'usage') return new Problem('invalid-request', 'a value is no valid text');
  if (code === MEMORY)
    return new Problem('overloaded', 'the query needs too much memory: narrow the range or the filters');
  if (!isLimit) return new Problem('fault', 'the log of the explorer says more');
  return TIME_CODES.has(code!)
    ? new Problem('query-timeout', 'narrow the range or the filters, or ask for less detail')
    : new Problem('query-too-large', 'narrow the range or the filters, or ask for less detail');
}
