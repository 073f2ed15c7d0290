import { expect, test } from 'bun:test';
import { parsePrometheusText } from './prometheus-text.ts';

test('samples with and without labels, comments passed over', () => {
  const text = [
    '# HELP loss Loss of the last batch.',
    '# TYPE loss gauge',
    'loss{job_id="a",model_name="m"} 0.25',
    'up 1 1700000000000',
    'bucket{le="+Inf"} 3',
    '',
  ].join('\n');
  expect(parsePrometheusText(text)).toEqual([
    { name: 'loss', labels: { job_id: 'a', model_name: 'm' }, value: 0.25 },
    { name: 'up', labels: {}, value: 1 },
    { name: 'bucket', labels: { le: '+Inf' }, value: 3 },
  ]);
});

test('escapes in labels; NaN and infinities', () => {
  expect(parsePrometheusText('loss{job_id="a \\"b\\" } \\\\ \\n"} NaN\nx +Inf\ny -Inf')).toEqual([
    { name: 'loss', labels: { job_id: 'a "b" } \\ \n' }, value: Number.NaN },
    { name: 'x', labels: {}, value: Number.POSITIVE_INFINITY },
    { name: 'y', labels: {}, value: Number.NEGATIVE_INFINITY },
  ]);
});
