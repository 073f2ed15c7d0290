import { expect, test } from 'bun:test';
import { csvCell, csvLine } from './csv.ts';

test.each([
  ['plain', 'plain'],
  [undefined, ''],
  [-1.5, '-1.5'],
  ['-1e-7', '-1e-7'],
  ['NaN', 'NaN'],
  ['-Infinity', '-Infinity'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['two\nlines', '"two\nlines"'],
  [{ a: 'b' }, '"{""a"":""b""}"'],
  // What a sheet would run.
  ['=1+1', "'=1+1"],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['+cmd', "'+cmd"],
  ['-2+3+cmd', "'-2+3+cmd"],
  ['@SUM(1)', "'@SUM(1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', `"'\r=1"`],
])('%j', (value, cell) => expect(csvCell(value)).toBe(cell));

test('a line ends as RFC 4180 says', () => expect(csvLine(['a', 1])).toBe('a,1\r\n'));
