import { expect, test } from 'bun:test';
import { splitStatements } from './split-statements.ts';

test.each([
  ['', []],
  ['SELECT 1', ['SELECT 1']],
  ['SELECT 1;\n\nSELECT 2;\n', ['SELECT 1', 'SELECT 2']],
  ["SELECT ';', 'it''s;', 'a\\';'; SELECT 2", ["SELECT ';', 'it''s;', 'a\\';'", 'SELECT 2']],
  ['SELECT `;` AS ";"; SELECT 2', ['SELECT `;` AS ";"', 'SELECT 2']],
  ['-- one; two\nSELECT 1; -- three;', ['-- one; two\nSELECT 1']],
  ["/* ; ' */ SELECT 1 /* ; */; /* only a comment; */", ["/* ; ' */ SELECT 1 /* ; */"]],
  ["SELECT $x$ ; ' $x$; SELECT 1", ["SELECT $x$ ; ' $x$", 'SELECT 1']],
  ['SELECT 5 - -1; SELECT 4 / 2', ['SELECT 5 - -1', 'SELECT 4 / 2']],
  [';;;', []],
])('%j', (sql, statements) => {
  expect(splitStatements(sql)).toEqual(statements);
});

test.each(["SELECT 'open; SELECT 2", 'SELECT 1; /* open', 'SELECT `open'])('%j does not end', (sql) => {
  expect(() => splitStatements(sql)).toThrow('does not end');
});
