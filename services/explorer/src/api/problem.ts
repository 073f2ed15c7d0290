import * as v from 'valibot';

/** What can be wrong, each with its status. `docs/api.md` says what to do about each. */
const KINDS = {
  'invalid-request': { status: 400, title: 'The request is not as it should be' },
  unauthorized: { status: 401, title: 'A token or a session is needed' },
  forbidden: { status: 403, title: 'Not from there' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'Not by this method' },
  conflict: { status: 409, title: 'Not as things are now' },
  'too-large': { status: 413, title: 'The body is too long' },
  'unsupported-media-type': { status: 415, title: 'The body is of another type' },
  'query-too-large': { status: 422, title: 'The query reads or gives too much' },
  fault: { status: 500, title: 'A fault of the explorer' },
  overloaded: { status: 503, title: 'Too much is being asked at once' },
  'store-unavailable': { status: 503, title: 'The store does not answer' },
  'query-timeout': { status: 504, title: 'The query took too long' },
} as const;

export type ProblemKind = keyof typeof KINDS;

const ISSUE = v.object({
  detail: v.string(),
  parameter: v.optional(v.pipe(v.string(), v.description('The name of the parameter that is meant.'))),
  pointer: v.optional(v.pipe(v.string(), v.description('Where in the body (RFC 6901), as a URI fragment.'))),
});
export type ProblemIssue = v.InferOutput<typeof ISSUE>;

/** Problem details (RFC 9457). */
export const PROBLEM = v.pipe(
  v.object({
    type: v.pipe(
      v.string(),
      v.description('`urn:ml-otel:problem:<kind>`, the same for each problem of a kind.'),
    ),
    title: v.string(),
    status: v.pipe(v.number(), v.integer()),
    detail: v.pipe(v.string(), v.description('What is wrong this time, and what to do about it.')),
    issues: v.optional(v.pipe(v.array(ISSUE), v.description('Each thing that is wrong with the request.'))),
  }),
  v.metadata({ ref: 'Problem' }),
);

export const PROBLEM_TYPE = 'application/problem+json';

/** A request that cannot be answered as it was meant to be; what throws it answers with it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly issues: readonly ProblemIssue[] | undefined;

  constructor(kind: ProblemKind, detail: string, issues?: readonly ProblemIssue[]) {
    super(detail);
    this.kind = kind;
    this.issues = issues;
  }

  get status(): number {
    return KINDS[this.kind].status;
  }
}

export function statusOf(kind: ProblemKind): number {
  return KINDS[kind].status;
}

/** Seconds after which those who come again may find it better. */
const RETRY_AFTER = '2';

export function problemResponse(problem: Problem): Response {
  const { status, title } = KINDS[problem.kind];
  const body: v.InferOutput<typeof PROBLEM> = {
    type: `urn:ml-otel:problem:${problem.kind}`,
    title,
    status,
    detail: problem.message,
    ...(problem.issues && { issues: [...problem.issues] }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': PROBLEM_TYPE,
      'cache-control': 'no-store',
      ...(status === 503 && { 'retry-after': RETRY_AFTER }),
      ...(status === 401 && { 'www-authenticate': 'Bearer realm="explorer"' }),
    },
  });
}
