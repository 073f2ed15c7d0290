import { expect, test } from 'bun:test';
import { logLevelSetting, readSettings, setting, settingsLines, text, wholeNumber } from './settings.ts';

const TABLE = {
  port: setting({
    variable: 'PORT',
    default: '80',
    accepts: 'a port',
    description: 'Port.',
    schema: wholeNumber(0, 65_535),
  }),
  token: setting({
    variable: 'TOKEN',
    accepts: 'four digits',
    description: 'Token.',
    secret: true,
    schema: wholeNumber(1_000, 9_999),
  }),
  name: setting({ variable: 'NAME', accepts: 'a name', description: 'Name.', schema: text }),
  logLevel: logLevelSetting,
};

test('defaults, optional settings, and an empty variable, which is an unset one', () => {
  const expected = { port: 80, token: undefined, name: undefined, logLevel: 'info' };
  expect(readSettings(TABLE, {})).toEqual({ values: expected, issues: [] });
  expect(readSettings(TABLE, { PORT: ' ', NAME: '' })).toEqual({ values: expected, issues: [] });
  expect(readSettings(TABLE, { PORT: ' 8080 ', LOG_LEVEL: 'WARN' }).values).toMatchObject({
    port: 8080,
    logLevel: 'warn',
  });
});

test('all bad values are named together, with what they were, but for secrets', () => {
  const { issues } = readSettings(TABLE, { PORT: '1e3', TOKEN: 'hush', LOG_LEVEL: 'loud' });
  expect(issues).toEqual([
    'PORT="1e3": expected a port',
    'TOKEN: expected four digits',
    'LOG_LEVEL="loud": expected one of trace, debug, info, warn, error, fatal, silent, in any case',
  ]);
});

test('the lines of --help name every setting', () => {
  const lines = settingsLines(TABLE);
  for (const { variable } of Object.values(TABLE))
    expect(lines.some((line) => line.startsWith(`  ${variable} `))).toBe(true);
});
