import { limits, parseJson } from '../schema/index.ts';

/** What a part of a file says. */
export type Content =
  | {
      readonly status: 'values';
      /** Not checked yet. */
      readonly values: readonly unknown[];
      /** Bytes that are done with; 0 where the whole must be read again when it changes. */
      readonly consumed: number;
      /** Lines that are no JSON, by their number in this part, from 1. */
      readonly badLines: readonly BadLine[];
      /** The last line is not whole yet. */
      readonly partial: boolean;
    }
  | { readonly status: 'empty' }
  /** Not JSON, perhaps because it is being written. */
  | { readonly status: 'broken'; readonly reason: string }
  /** More of the file is needed to tell. */
  | { readonly status: 'longer' };

export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

const NEWLINE = 0x0a;

/**
 * Reads a file from its beginning: one snapshot, an array of them, or one on each line (NDJSON).
 *
 * @param isWhole whether `bytes` go to the end of the file
 */
export function parseFromStart(bytes: Uint8Array, isWhole: boolean): Content {
  const firstEnd = bytes.indexOf(NEWLINE);
  const first = decode(bytes.subarray(0, firstEnd < 0 ? bytes.length : firstEnd));
  // A line that is an object is NDJSON's first, or all there is; a document over several lines has none such.
  if (first.trimStart().startsWith('{') && first.trimEnd().endsWith('}') && parseJson(first).ok) {
    return parseLines(bytes, isWhole);
  }
  if (!isWhole) return { status: 'longer' };
  const text = decode(bytes);
  if (text.trim() === '') return { status: 'empty' };
  const parsed = parseJson(text);
  if (!parsed.ok) return { status: 'broken', reason: parsed.issues[0]!.message };
  const values = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  if (values.length > limits.MAX_SNAPSHOTS_PER_BODY) {
    return { status: 'broken', reason: `at most ${limits.MAX_SNAPSHOTS_PER_BODY} snapshots in one array` };
  }
  return { status: 'values', values, consumed: 0, badLines: [], partial: false };
}

/** Reads on in NDJSON, from the beginning of a line. A last line that is whole needs no newline. */
export function parseLines(bytes: Uint8Array, isWhole: boolean): Content {
  const values: unknown[] = [];
  const badLines: BadLine[] = [];
  let consumed = 0;
  let line = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, consumed)) {
    line += 1;
    const text = decode(bytes.subarray(consumed, end));
    consumed = end + 1;
    if (text.trim() === '') continue;
    const parsed = parseJson(text);
    if (parsed.ok) values.push(parsed.value);
    else badLines.push({ line, reason: parsed.issues[0]!.message });
  }
  const rest = decode(bytes.subarray(consumed));
  if (rest.trim() === '') return { status: 'values', values, consumed, badLines, partial: false };
  // Only an object shows that it is whole: `12` may be the beginning of `123`.
  const last = rest.trimEnd().endsWith('}') ? parseJson(rest) : undefined;
  if (last?.ok) {
    return {
      status: 'values',
      values: [...values, last.value],
      consumed: bytes.length,
      badLines,
      partial: false,
    };
  }
  if (isWhole) return { status: 'values', values, consumed, badLines, partial: true };
  if (consumed > 0) return { status: 'values', values, consumed, badLines, partial: false };
  const tooLong = { line: line + 1, reason: `a line is longer than ${limits.MAX_SNAPSHOT_BYTES} bytes` };
  return { status: 'values', values, consumed: bytes.length, badLines: [tooLong], partial: false };
}

/** What is not UTF-8 becomes a replacement character, and with it, outside of strings, no JSON. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
