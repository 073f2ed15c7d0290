import { crc32 } from 'node:zlib';

/** `item`: waits to be sent. `released`: all up to its number are done. `checkpoint`: all that was remembered then. */
export type LineKind = 'item' | 'released' | 'checkpoint';

/** One line of a spool file. `sequence` numbers items; on the other kinds it is the last item released. */
export interface SpoolLine {
  readonly kind: LineKind;
  readonly sequence: number;
  readonly json: string;
}

const LETTERS: Record<LineKind, string> = { item: 'I', released: 'R', checkpoint: 'C' };
const KINDS: Record<string, LineKind> = { I: 'item', R: 'released', C: 'checkpoint' };
const FORMAT = /^([0-9a-f]{8}) (([IRC]) (\d{1,16}) (.*))$/s;

/** `<crc32, 8 hex digits> <kind> <sequence> <json>\n` */
export function encodeLine({ kind, sequence, json }: SpoolLine): string {
  const content = `${LETTERS[kind]} ${sequence} ${json}`;
  return `${crc32(content).toString(16).padStart(8, '0')} ${content}\n`;
}

/** Undefined for a line that was cut off or changed. */
export function decodeLine(text: string): SpoolLine | undefined {
  const found = FORMAT.exec(text);
  if (!found || crc32(found[2]!) !== Number.parseInt(found[1]!, 16)) return undefined;
  return { kind: KINDS[found[3]!]!, sequence: Number(found[4]), json: found[5]! };
}
