import { describe, expect, test } from 'bun:test';
import {
  filterLabel,
  formatFilter,
  parseFilter,
  readTypedFilter,
  toggleFilter,
  withFilter,
} from './attribute-filter.ts';
import {
  choiceParam,
  flagParam,
  listParam,
  momentParam,
  numberParam,
  spanIdParam,
  textParam,
  timeParam,
  traceIdParam,
  wholeNumberParam,
} from './param-schemas.ts';
import { badSearch, parseSearch, readSearch, stringifySearch } from './search-params.ts';

const ENTRIES = {
  q: textParam,
  from: timeParam,
  at: momentParam,
  count: wholeNumberParam,
  ratio: numberParam,
  on: flagParam,
  filter: listParam,
  level: choiceParam('warn', 'error'),
  trace: traceIdParam,
  span: spanIdParam,
} as const;

const ALL = {
  q: 'a b&c=d/é"<',
  from: 'now-1h',
  at: '2026-01-02T03:04:05.000000006Z',
  count: 12,
  ratio: -0.5,
  on: true,
  filter: ['a:eq:1', 'b:ne:x:y'],
  level: 'warn',
  trace: 'a'.repeat(32),
  span: 'b'.repeat(16),
} as const;

describe('the state of a view in the address', () => {
  test('comes back as it was written', () => {
    const text = stringifySearch(ALL);
    expect(readSearch(ENTRIES, parseSearch(text))).toEqual(ALL as never);
    expect(badSearch(ENTRIES, parseSearch(text))).toEqual([]);
  });

  test('what was read can be read again', () => {
    expect(readSearch(ENTRIES, readSearch(ENTRIES, parseSearch(stringifySearch(ALL))))).toEqual(ALL as never);
  });

  test('nothing is written for nothing', () => {
    expect(stringifySearch({ q: undefined, filter: [], on: false, level: '' })).toBe('');
  });

  test('what is wrong is left out by itself, and told', () => {
    const raw = parseSearch(
      '?q=ok&from=yesterday&at=now-1h&count=-1&ratio=1e999&on=maybe&level=loud&trace=zz&span=1&span=2',
    );
    const read = readSearch(ENTRIES, raw);
    expect(Object.entries(read).filter(([, value]) => value !== undefined)).toEqual([['q', 'ok']]);
    expect(badSearch(ENTRIES, raw)).toEqual(['from', 'at', 'count', 'ratio', 'on', 'level', 'trace', 'span']);
  });

  test.each([
    `?filter=${Array.from({ length: 60 }, () => 'x').join('&filter=')}`,
    `?q=${'x'.repeat(5_000)}`,
    '?q=a&q=b',
    '?__proto__=x&constructor=y&filter=%00%ff',
    '?&&&==',
  ])('no address is an error: %#', (text) => {
    expect(() => readSearch(ENTRIES, parseSearch(text))).not.toThrow();
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('an attribute filter', () => {
  test.each(['gpu.id:eq:3', 'a:ne:', 'url:eq:http://x:1/', 'peer:contains:a-b', 'exception.type:exists'])(
    '%s',
    (text) => {
      expect(formatFilter(parseFilter(text)!)).toBe(text);
    },
  );

  test.each(['', 'a', ':eq:', 'a:like:b'])('not "%s"', (text) => {
    expect(parseFilter(text)).toBeUndefined();
  });

  test.each([
    ['gpu.id=3', 'gpu.id = 3'],
    [' gpu.id != 3 ', 'gpu.id ≠ 3'],
    ['path~ /v1 ', 'path ~ /v1'],
    ['a=b=c', 'a = b=c'],
    ['a=', 'a = ""'],
    ['gpu.id', 'gpu.id exists'],
  ])('typed as "%s"', (text, label) => {
    expect(filterLabel(readTypedFilter(text)!)).toBe(label);
  });

  test.each(['', '  ', '=3', '!=3', '~'])('typed as "%s" is none', (text) => {
    expect(readTypedFilter(text)).toBeUndefined();
  });

  test('of a value is there once, and one way only', () => {
    const included = withFilter(undefined, { key: 'a', operator: 'eq', value: '1' });
    expect(withFilter(included, { key: 'a', operator: 'ne', value: '1' })).toEqual(['a:ne:1']);
    expect(withFilter(included, { key: 'a', operator: 'eq', value: '2' })).toEqual(['a:eq:1', 'a:eq:2']);
  });

  test('that is there already is taken away by a toggle', () => {
    const filter = { key: 'a', operator: 'eq', value: '1' } as const;
    const on = toggleFilter(['b:exists'], filter);
    expect(on).toEqual(['b:exists', 'a:eq:1']);
    expect(toggleFilter(on, { ...filter, operator: 'ne' })).toEqual(['b:exists', 'a:ne:1']);
    expect(toggleFilter(on, filter)).toEqual(['b:exists']);
  });
});
