import type { Parsed } from './issue.ts';

/**
 * Strings first, so that the words below are only ever found outside of them. Each alternative consumes what it
 * starts with even when the text is cut off, which keeps the scan linear on hostile input.
 */
const STRING_OR_WORD = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|-?\b(?:NaN|Infinity)\b/g;
const NON_FINITE = /NaN|Infinity/;

/**
 * JSON as RFC 8259 has it, and the three words that Python's `json` writes besides: bare `NaN`, `Infinity` and
 * `-Infinity`. Inside strings they stay text.
 *
 * Never throws; text that is not JSON gives one issue with an empty path.
 */
export function parseJson(text: string): Parsed<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    if (!NON_FINITE.test(text)) return notJson(error);
  }
  try {
    return { ok: true, value: parseWithWords(text) };
  } catch (error) {
    return notJson(error);
  }
}

/** `-Infinity` is `-1e999` to JSON.parse; NaN has no such spelling and goes through a mark nobody can guess. */
function parseWithWords(text: string): unknown {
  const mark = `NaN:${crypto.randomUUID()}`;
  const plain = text.replace(STRING_OR_WORD, (found) => {
    if (found === 'NaN') return `"${mark}"`;
    if (found === 'Infinity') return '1e999';
    if (found === '-Infinity') return '-1e999';
    return found;
  });
  return JSON.parse(plain, (key, value) => {
    if (key === mark) throw new SyntaxError('NaN cannot be a key');
    return value === mark ? Number.NaN : value;
  });
}

function notJson(error: unknown): Parsed<never> {
  const reason =
    error instanceof SyntaxError ? error.message.replace(/^JSON Parse error: /, '') : 'nested too deeply';
  return { ok: false, issues: [{ path: '', message: `not JSON: ${reason.slice(0, 200)}` }] };
}
