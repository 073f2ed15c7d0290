import { Problem, problemResponse } from './problem.ts';

interface Route {
  readonly method: string;
  readonly path: string;
}

/** The answer where no route is: 405 with the methods that there are, or 404. */
export function answerUnknown(routes: readonly Route[], path: string): Response {
  const methods = routes.filter((route) => matches(route.path, path)).map(({ method }) => method);
  const allowed = [...new Set(methods)].filter((method) => method !== 'ALL');
  if (allowed.length === 0)
    return problemResponse(new Problem('not-found', '/api/openapi.json says which paths there are'));
  const answer = problemResponse(new Problem('method-not-allowed', `use ${allowed.join(' or ')}`));
  answer.headers.set('allow', allowed.join(', '));
  return answer;
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  return (
    wanted.length === parts.length &&
    wanted.every((part, i) => part === parts[i] || (part.startsWith(':') && parts[i] !== ''))
  );
}
