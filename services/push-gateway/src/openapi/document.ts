import { ProblemSchema, SummarySchema } from './answer-schemas.ts';
import { EXAMPLES } from './examples.ts';
import { jsonSchemaOf, snapshotJsonSchema } from './json-schema.ts';

const SNAPSHOT = { $ref: '#/components/schemas/Snapshot' };
const RETRY_AFTER = { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } } };

const problem = (description: string, headers?: object) => ({
  description,
  ...(headers && { headers }),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
const text = (description: string, type: string) => ({ description, content: { [type]: {} } });

/** The OpenAPI 3.1 document of the gateway; bodies and answers come from the schemas that check them. */
export function openApiDocument(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'ml-otel push gateway',
      version: '0.1.0',
      description: 'Takes training snapshots and sends them on as OpenTelemetry.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // Where there is no token, none is asked for.
    security: [{ token: [] }, {}],
    paths: {
      '/v1/metrics': { post: POST_METRICS },
      '/healthz': {
        get: open({ summary: 'The process answers', responses: { 200: text('Alive', 'application/json') } }),
      },
      '/readyz': {
        get: open({
          summary: 'Snapshots are taken',
          responses: { 200: text('Ready', 'application/json'), 503: problem('Not ready, and why') },
        }),
      },
      '/metrics': {
        get: {
          summary: 'The gateway’s own metrics',
          responses: {
            200: text('Prometheus text format', 'text/plain'),
            401: problem('No token, or a wrong one'),
          },
        },
      },
      '/openapi.json': {
        get: { summary: 'This document', responses: { 200: text('OpenAPI 3.1', 'application/json') } },
      },
    },
    components: {
      schemas: {
        Snapshot: snapshotJsonSchema(),
        Summary: jsonSchemaOf(SummarySchema),
        Problem: jsonSchemaOf(ProblemSchema),
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'ML_OTEL_TOKEN of the gateway' },
      },
    },
  };
}

function open(operation: object): object {
  return { ...operation, security: [] };
}

const POST_METRICS = {
  summary: 'Push snapshots',
  description:
    'One snapshot, an array, or NDJSON, which is taken line by line as it arrives. Content-Encoding: gzip is fine.',
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: { oneOf: [SNAPSHOT, { type: 'array', items: SNAPSHOT, minItems: 1 }] },
        examples: {
          full: { summary: 'All known metrics', value: EXAMPLES.full },
          least: { summary: 'The least', value: EXAMPLES.least },
          end: { summary: 'The end of a run', value: EXAMPLES.end },
          several: { summary: 'Several', value: [EXAMPLES.full, EXAMPLES.least] },
        },
      },
      'application/x-ndjson': {
        schema: { type: 'string', description: 'One snapshot a line' },
        example: `${JSON.stringify(EXAMPLES.least)}\n${JSON.stringify(EXAMPLES.end)}\n`,
      },
    },
  },
  responses: {
    202: {
      description: 'At least one snapshot was valid, and all valid ones are kept until the receiver has them',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Summary' } } },
    },
    400: problem('No valid snapshot, or the body ends too early'),
    401: problem('No token, or a wrong one'),
    403: problem('A gateway without a token was called by a page of another site'),
    413: problem('The body is too large; what was accepted stays so'),
    415: problem('The body is of another kind; OTLP is told where to go'),
    429: problem('The buffer is full; resend_from says what to send again', RETRY_AFTER),
    503: problem('The disk takes nothing more, or the gateway is shutting down', RETRY_AFTER),
  },
};
