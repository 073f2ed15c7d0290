import type { Context, MiddlewareHandler } from 'hono';
import { describeRoute, resolver, validator } from 'hono-openapi';
import type * as v from 'valibot';
import { PROBLEM, PROBLEM_TYPE, Problem, type ProblemIssue, type ProblemKind, statusOf } from './problem.ts';

export interface Operation {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Of the answer 200. */
  readonly answer: v.GenericSchema;
  /** What it may be answered with besides those that any may be. */
  readonly problems?: readonly ProblemKind[];
  /** Further ways to get the same answer. */
  readonly media?: Readonly<Record<string, object>>;
}

/** What those are answered with besides whose body is not right. */
export const BODY_PROBLEMS: readonly ProblemKind[] = ['too-large', 'unsupported-media-type'];

/** Any question may be wrong, come from the wrong one, or be too much. */
const COMMON: readonly ProblemKind[] = [
  'invalid-request',
  'unauthorized',
  'forbidden',
  'query-too-large',
  'fault',
  'overloaded',
  'query-timeout',
];

/** Tells the OpenAPI document of the route that it stands before. */
export function operation({
  tag,
  summary,
  description,
  answer,
  problems = [],
  media = {},
}: Operation): MiddlewareHandler {
  return describeRoute({
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    responses: {
      200: {
        description: 'The answer.',
        content: { 'application/json': { schema: resolver(answer, OUTPUT) }, ...media },
      },
      ...problemResponses([...COMMON, ...problems]),
    },
  });
}

/** As {@link operation}, of a file in either format. */
export function file(described: Omit<Operation, 'answer' | 'media'>): MiddlewareHandler {
  return describeRoute({
    tags: [described.tag],
    summary: described.summary,
    ...(described.description !== undefined && { description: described.description }),
    responses: {
      200: {
        description: 'A file of rows. A fault in the middle breaks it off.',
        content: {
          'text/csv': { schema: { type: 'string' } },
          'application/x-ndjson': { schema: { type: 'string' } },
        },
      },
      ...problemResponses([...COMMON, ...(described.problems ?? [])]),
    },
  });
}

/** As {@link operation}, of server-sent events; `events` is the data of each. */
export function stream({
  events,
  ...described
}: Omit<Operation, 'answer' | 'media'> & { readonly events: v.GenericSchema }): MiddlewareHandler {
  return describeRoute({
    tags: [described.tag],
    summary: described.summary,
    description: described.description ?? '',
    parameters: [
      {
        in: 'header',
        name: 'Last-Event-ID',
        description:
          'The id of the last event that one has, to go on after it; browsers send it by themselves.',
        schema: { type: 'string' },
      },
    ],
    responses: {
      200: {
        description: 'Server-sent events; the schema is that of the data of each.',
        content: { 'text/event-stream': { schema: resolver(events, OUTPUT) } },
      },
      ...problemResponses([...COMMON, ...(described.problems ?? [])]),
    },
  });
}

/** As the OpenAPI document has them, by status. */
export function problemResponses(kinds: readonly ProblemKind[]) {
  const content = { [PROBLEM_TYPE]: { schema: resolver(PROBLEM, OUTPUT) } };
  const statuses = [...new Set(kinds.map(statusOf))];
  const described = Object.fromEntries(
    statuses.map((status) => {
      const named = kinds.filter((kind) => statusOf(kind) === status);
      return [status, { description: [...new Set(named)].join(', '), content }];
    }),
  );
  return { ...described, 431: { description: 'The address and the headers are longer than 16 KiB.' } };
}

const OUTPUT = { typeMode: 'output', errorMode: 'throw' };
const INPUT = { options: { typeMode: 'input', errorMode: 'ignore', overrideSchema: numberDefault } };

/** A default is text, as the parameter is; the document has it as what the text means. */
function numberDefault({ jsonSchema }: { jsonSchema: { type?: unknown; default?: unknown } }) {
  if (jsonSchema.type !== 'integer' || typeof jsonSchema.default !== 'string') return undefined;
  return { ...jsonSchema, default: Number(jsonSchema.default) };
}

/** Takes the query of a request by its schema; all that is wrong with it is told together. */
export function query<Schema extends v.GenericSchema>(schema: Schema) {
  return validator('query', schema, refuse, INPUT);
}

export function params<Schema extends v.GenericSchema>(schema: Schema) {
  return validator('param', schema, refuse, INPUT);
}

/** Takes a JSON body by its schema. */
export function body<Schema extends v.GenericSchema>(schema: Schema) {
  return validator('json', schema, refuseBody, INPUT);
}

interface Verdict {
  readonly success: boolean;
  readonly error?: readonly { readonly message: string; readonly path?: unknown }[];
}

/** @throws Problem */
function refuse(verdict: Verdict): undefined {
  throwIssues(verdict, 'parameters that are not right', (path) => ({ parameter: String(path[0]) }));
}

/** @throws Problem */
async function refuseBody(verdict: Verdict, c: Context): Promise<undefined> {
  // The validator takes a body of another type for an empty object.
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? ''))
    throw new Problem('unsupported-media-type', 'send "Content-Type: application/json"');
  // To a schema of an object an array is one, too.
  if (Array.isArray(await c.req.json()))
    throw new Problem('invalid-request', 'the body is an array: expected an object');
  throwIssues(verdict, 'a body that is not right', (path) => ({
    pointer: `#${path.map(pointerPart).join('')}`,
  }));
}

const MAX_ISSUES = 20;

function throwIssues(
  { success, error = [] }: Verdict,
  what: string,
  place: (path: readonly unknown[]) => Partial<ProblemIssue>,
): void {
  if (success) return;
  const issues = error.slice(0, MAX_ISSUES).map(({ message, path }) => {
    const keys = keysOf(path);
    return { detail: message, ...(keys.length > 0 && place(keys)) };
  });
  throw new Problem('invalid-request', `${what}: see the issues`, issues);
}

function keysOf(path: unknown): unknown[] {
  if (!Array.isArray(path)) return [];
  return path.map((part) => (typeof part === 'object' && part !== null ? part.key : part));
}

/** RFC 6901, as a URI fragment. */
function pointerPart(key: unknown): string {
  return `/${encodeURIComponent(String(key).replaceAll('~', '~0').replaceAll('/', '~1'))}`;
}
