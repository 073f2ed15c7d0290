import type { Condition } from './condition.ts';

/**
 * Bodies in which the text occurs, whatever the case of its letters.
 *
 * `lower(Body) LIKE` is the form that the text index of `otel_logs` answers, also within words, by a scan of its words.
 * It knows the case of ASCII letters only, so a text with others is looked for in the bodies themselves.
 */
export function bodyContains(text: string | undefined): Condition | undefined {
  if (text === undefined || text === '') return undefined;
  if (!isAscii(text))
    return { sql: 'positionCaseInsensitiveUTF8(Body, {text:String}) > 0', params: { text } };
  return { sql: 'lower(Body) LIKE {text:String}', params: { text: `%${escapeLike(text.toLowerCase())}%` } };
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
