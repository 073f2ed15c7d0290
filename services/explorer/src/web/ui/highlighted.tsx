import { splitFound } from './highlight.ts';

/** A text in which what is looked for is marked. */
export function Highlighted({
  text,
  wanted,
}: {
  readonly text: string;
  readonly wanted: string | undefined;
}) {
  if (wanted === undefined || wanted === '') return text;
  return splitFound(text, wanted).map((segment, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have nothing but their place
    segment.found ? <mark key={index}>{segment.text}</mark> : segment.text,
  );
}
