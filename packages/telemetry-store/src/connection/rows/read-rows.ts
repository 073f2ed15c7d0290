import { decoderOf } from './type-decoder.ts';

/** The format that {@link readRows} reads: names, types, then rows as arrays. */
export const ROWS_FORMAT = 'JSONCompactEachRowWithNamesAndTypes';

/** What that format needs so that no value is changed on the way. */
export const ROWS_SETTINGS = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  output_format_json_quote_denormals: 1,
  output_format_json_named_tuples_as_objects: 1,
  session_timezone: 'UTC',
} as const;

export function readRows<Row>(text: string): Row[] {
  const lines = text.split('\n');
  if (lines.length < 2 || lines[1] === '') return [];
  const names: string[] = JSON.parse(lines[0]!);
  const decoders = (JSON.parse(lines[1]!) as string[]).map(decoderOf);
  const rows: Row[] = [];
  for (let i = 2; i < lines.length; i++) {
    if (lines[i] === '') continue;
    const values: unknown[] = JSON.parse(lines[i]!);
    const row: Record<string, unknown> = {};
    for (let c = 0; c < names.length; c++) {
      const decode = decoders[c];
      row[names[c]!] = decode === undefined ? values[c] : decode(values[c]);
    }
    rows.push(row as Row);
  }
  return rows;
}
