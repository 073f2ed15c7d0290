/** What is the matter, for programs; with `urn:ml-otel:problem:` before it, it is the problem's `type`. */
export type ProblemCode =
  | 'nothing-valid'
  | 'broken-body'
  | 'unauthorized'
  | 'foreign-site'
  | 'not-found'
  | 'method-not-allowed'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'otlp-sent-here'
  | 'buffer-full'
  | 'disk'
  | 'shutting-down'
  | 'not-ready'
  | 'internal';

const TITLES: Readonly<Record<ProblemCode, string>> = {
  'nothing-valid': 'No valid snapshot in the body',
  'broken-body': 'The body could not be read to its end',
  unauthorized: 'A bearer token is needed',
  'foreign-site': 'Not from another site',
  'not-found': 'No such address',
  'method-not-allowed': 'Not with this method',
  'body-too-large': 'The body is too large',
  'unsupported-media-type': 'A body of this kind is not taken',
  'otlp-sent-here': 'This is OTLP, which is taken elsewhere',
  'buffer-full': 'The buffer is full',
  disk: 'The disk takes nothing more',
  'shutting-down': 'The gateway is shutting down',
  'not-ready': 'Not ready',
  internal: 'The gateway failed',
};

export interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem (RFC 9457, 3.2). */
  readonly members?: object;
}

/** An error as the caller is told of it: problem details (RFC 9457). `detail` says what to do about it. */
export function problem(
  status: number,
  code: ProblemCode,
  detail: string,
  { headers, members }: ProblemOptions = {},
): Response {
  const body = { type: `urn:ml-otel:problem:${code}`, title: TITLES[code], status, detail, ...members };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
}
