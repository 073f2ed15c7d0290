import { expect, test } from 'bun:test';
import { readableLogLine } from './readable-log-line.ts';

test('a JSON log line becomes time, level, message and fields', () => {
  const line =
    '{"level":40,"time":"2026-11-22T13:37:02.745Z","service":"sidecar","file":"/a b","n":1,"msg":"half written"}';
  expect(readableLogLine(line)).toBe('13:37:02.745 WARN  half written file="/a b" n=1');
});

test.each(['plain', '{half', '{"level":99,"time":"x","msg":"y"}', '{"msg":"no level"}', ''])(
  '%j stays',
  (line) => {
    expect(readableLogLine(line)).toBe(line);
  },
);
