import { allOf, bound, type Condition } from './condition.ts';

/** Of a long text the first ones find nearly all that can be found by words. */
const MAX_WORDS = 16;

/**
 * Bodies in which the text occurs, whatever the case of its letters.
 *
 * `lower(Body) LIKE` with one word, or a part of one, is a form that the text index of `otel_logs` answers, by a scan of
 * its words. With several it answers nothing, so their words are asked for as well: first and last may be parts of words,
 * those between are whole. `lower` knows ASCII letters only, so a text with others is looked for in the bodies alone.
 */
export function bodyContains(text: string | undefined): Condition | undefined {
  if (text === undefined || text === '') return undefined;
  if (!isAscii(text)) return bound(text, 'text', 'positionCaseInsensitiveUTF8(Body, {text:String}) > 0');
  const lower = text.toLowerCase();
  const whole = bound(like(lower), 'text', 'lower(Body) LIKE {text:String}');
  const first = /^[a-z0-9]+/.exec(lower)?.[0];
  if (first === lower) return whole;
  const last = /[a-z0-9]+$/.exec(lower)?.[0];
  const between = lower.slice(first?.length ?? 0, lower.length - (last?.length ?? 0));
  const words = between.match(/[a-z0-9]+/g)?.slice(0, MAX_WORDS);
  return allOf([
    whole,
    bound(first && like(first), 'textFirst', 'lower(Body) LIKE {textFirst:String}'),
    bound(last && like(last), 'textLast', 'lower(Body) LIKE {textLast:String}'),
    bound(words, 'textWords', 'hasAllTokens(lower(Body), {textWords:Array(String)})'),
  ]);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function like(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
