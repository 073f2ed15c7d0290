import type { OpenApiOperation, Parameter } from './openapi-document.ts';

/** Good values of parameters that must be there: by name, or by path and name. */
const REQUIRED: Readonly<Record<string, string>> = {
  service: 'trainer',
  metric: 'load',
  time: '2026-05-28T20:26:40Z',
  id: 'run',
  '/api/logs/context id': '1',
  signal: 'logs',
  key: 'job.id',
  traceId: 'ab'.repeat(16),
};

/**
 * The path and query of a request with every parameter that it needs, and those given.
 *
 * @throws Error for a parameter that is needed and that nobody gave a good value
 */
export function requestPath(
  path: string,
  operation: OpenApiOperation,
  values: Record<string, string> = {},
): string {
  const search = new URLSearchParams();
  let filled = path;
  for (const parameter of operation.parameters ?? []) {
    const value = values[parameter.name] ?? needed(path, parameter);
    if (value === undefined) continue;
    if (parameter.in === 'path') filled = filled.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (parameter.in === 'query') search.append(parameter.name, value);
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}

function needed(path: string, { name, required }: Parameter): string | undefined {
  if (!required) return undefined;
  const value = REQUIRED[`${path} ${name}`] ?? REQUIRED[name];
  if (value === undefined) throw new Error(`give a good value for ${name} in sample-requests.ts`);
  return value;
}
