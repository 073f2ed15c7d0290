import type { Env, Hono, MiddlewareHandler, Schema } from 'hono';
import { openAPIRouteHandler } from 'hono-openapi';

const DESCRIPTION = `Runs, metrics, traces and logs of the explorer.

**Times** in answers are ISO 8601 in UTC with nine digits of a second, so that no nanosecond is lost and text sorts as time
does; columns that are meant for charts are milliseconds since 1970, as numbers. **Durations** are nanoseconds. **Numbers**
that JSON has none for are the strings \`NaN\`, \`Infinity\` and \`-Infinity\`. **Errors** are problem details (RFC 9457).
**Lists** are walked by opaque cursors; with \`Accept: application/x-ndjson\` they come a row a line.`;

/** Answers with the OpenAPI 3.1 document of these routes. */
export function documentRoute<E extends Env, S extends Schema, P extends string>(
  routes: Hono<E, S, P>,
): MiddlewareHandler {
  return openAPIRouteHandler(routes, {
    defaultValidationErrorResponse: false,
    excludeStaticFile: false,
    documentation: {
      openapi: '3.1.0',
      info: { title: 'ml-otel explorer', version: '0.1.0', description: DESCRIPTION },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'ml_otel_session' },
        },
      },
      security: [{}, { bearer: [] }, { session: [] }],
    },
  });
}
