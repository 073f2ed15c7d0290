import Ajv from 'ajv/dist/2020.js';
import type { Hono } from 'hono';

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: { readonly type?: string; readonly default?: unknown };
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: unknown;
  readonly responses: {
    readonly [status: string]: {
      readonly content?: { readonly [type: string]: { readonly schema: object } };
    };
  };
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: { readonly [path: string]: { readonly [method: string]: OpenApiOperation } };
  readonly components: object;
}

export async function readDocument(app: Hono): Promise<OpenApiDocument> {
  return (await (await app.request('/api/openapi.json')).json()) as OpenApiDocument;
}

/** Checks answers against what the document says of them; gives what is wrong, undefined where nothing is. */
export function answerChecker(document: OpenApiDocument) {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema({ $id: 'api:', components: document.components });
  const compiled = new Map<object, ReturnType<typeof ajv.compile>>();
  return (operation: OpenApiOperation, answer: { status: number; type: string; text: string }) => {
    const described = operation.responses[answer.status];
    if (described === undefined) return `the status ${answer.status} is not described`;
    const media = answer.type.split(';')[0]!;
    const schema = described.content?.[media]?.schema;
    if (schema === undefined) return `the type ${media} is not described for ${answer.status}`;
    if (!media.endsWith('json') || media.endsWith('ndjson')) return undefined;
    let check = compiled.get(schema);
    if (check === undefined) {
      check = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api:#/')));
      compiled.set(schema, check);
    }
    return check(JSON.parse(answer.text)) ? undefined : ajv.errorsText(check.errors);
  };
}
