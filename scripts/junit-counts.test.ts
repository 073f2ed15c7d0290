import { expect, test } from 'bun:test';
import { addCounts, countsLine, NONE, readJunitCounts } from './junit-counts.ts';

test('the totals of the root element, whatever the suites below say', () => {
  const xml = `<?xml version="1.0"?>
<testsuites name="bun test" tests="5" assertions="9" failures="1" skipped="1" time="0.1">
  <testsuite name="a" tests="5" failures="1" skipped="1"/>
</testsuites>`;
  expect(readJunitCounts(xml)).toEqual({ passed: 3, failed: 1, skipped: 1 });
});

test('the totals of pytest, which stand on its suite', () => {
  const xml = `<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="7" time="0.1"><testcase/></testsuite></testsuites>`;
  expect(readJunitCounts(xml)).toEqual({ passed: 4, failed: 2, skipped: 1 });
});

test('a report that was never written to its end counts nothing', () => {
  expect(readJunitCounts('')).toBeUndefined();
});

test('the last line', () => {
  expect(countsLine(addCounts(NONE, { passed: 2, failed: 0, skipped: 0 }))).toBe('2 passed, 0 failed');
  expect(countsLine({ passed: 2, failed: 1, skipped: 3 })).toBe('2 passed, 1 failed, 3 skipped');
});
