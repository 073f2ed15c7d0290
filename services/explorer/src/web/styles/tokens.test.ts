import { expect, test } from 'bun:test';
import { join } from 'node:path';

const css = await Bun.file(join(import.meta.dir, 'tokens.css')).text();

/** Names and values of the block behind a selector. */
function tokens(selector: string, inside = css): Map<string, string> {
  const start = inside.indexOf('{', inside.indexOf(selector));
  const body = inside.slice(start + 1, inside.indexOf('}', start));
  return new Map(
    [...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [
      name!,
      value!.replace(/\s+/g, ' '),
    ]),
  );
}

const light = tokens(':root[data-theme="light"]');
const dark = tokens(':root[data-theme="dark"]');

test('both themes have the same names, and the system’s dark theme is the dark one', () => {
  expect([...dark.keys()].sort()).toEqual([...light.keys()].sort());
  expect(tokens(':root:not([data-theme="light"])')).toEqual(dark);
});

/** Text on ground: WCAG 2.2, 1.4.3 asks for 4.5. */
const TEXT = [
  'ink',
  'ink-2',
  'ink-3',
  'accent',
  'good',
  'warn',
  'bad',
  ...['unset', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((name) => `sev-${name}-ink`),
];
const GROUND = ['bg', 'surface', 'raised', 'hover', 'active'];
const PAIRS = [
  ['accent-ink', 'accent'],
  ['accent', 'accent-soft'],
  ['bad', 'bad-soft'],
  ['warn', 'warn-soft'],
  ['good', 'good-soft'],
  ['mark-ink', 'mark'],
];

test.each([
  ['light', light],
  ['dark', dark],
] as const)('text can be read in the %s theme', (_, theme) => {
  const pairs = [...TEXT.flatMap((text) => GROUND.map((ground) => [text, ground])), ...PAIRS];
  const bad = pairs
    .map(([text, ground]) => ({ text, ground, ratio: contrast(theme.get(text!)!, theme.get(ground!)!) }))
    .filter(({ ratio }) => !(ratio >= 4.5));
  expect(bad).toEqual([]);
});

/** What is drawn: WCAG 2.2, 1.4.11 asks for 3. */
test.each([
  ['light', light],
  ['dark', dark],
] as const)('lines can be seen in the %s theme', (_, theme) => {
  const lines = Array.from({ length: 10 }, (_, index) => theme.get(`series-${index}`)!);
  for (const line of lines) expect(contrast(line, theme.get('surface')!)).toBeGreaterThanOrEqual(3);
  expect(new Set(lines).size).toBe(10);
});

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
