export interface Segment {
  readonly text: string;
  readonly found: boolean;
}

/** Cuts a text into what is looked for, whatever the case of its letters, and what lies between. */
export function splitFound(text: string, wanted: string | undefined): Segment[] {
  if (wanted === undefined || wanted === '') return [{ text, found: false }];
  const pattern = new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');
  const segments: Segment[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) segments.push({ text: text.slice(end, match.index), found: false });
    segments.push({ text: match[0], found: true });
    end = match.index + match[0].length;
  }
  if (end < text.length || segments.length === 0) segments.push({ text: text.slice(end), found: false });
  return segments;
}
