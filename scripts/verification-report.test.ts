import { expect, test } from 'bun:test';
import { verificationReport } from './verification-report.ts';

const LABELS = { job_id: 'training-job-123', model_name: 'resnet-50', dataset: 'imagenet' };

test('both sides, labels, and what is missing', () => {
  const loss = { name: 'loss', labels: LABELS, value: 0.123456789 };
  const other = { name: 'loss', labels: { ...LABELS, job_id: 'other' }, value: 9 };
  const report = verificationReport({
    collector: [
      { expected: 'loss', samples: [loss] },
      { expected: 'accuracy', samples: [] },
    ],
    prometheus: [
      { expected: 'loss', samples: [loss, other] },
      { expected: 'accuracy', samples: [] },
      { expected: 'average', samples: [] },
    ],
    queries: [{ expected: 'avg(loss)', samples: [{ name: '', labels: {}, value: Number.NaN }] }],
    missing: [],
  });
  expect(report.split('\n').map((line) => line.trimEnd())).toEqual([
    'metric    collector :8889  Prometheus  labels',
    `--------  ---------------  ----------  ${'-'.repeat(89)}`,
    'loss      0.123457         0.123457    {job_id="training-job-123", model_name="resnet-50", dataset="imagenet"} and 1 more series',
    'accuracy  MISSING          MISSING',
    'average   (rule)           MISSING',
    '',
    'query      value  labels',
    '---------  -----  ------',
    'avg(loss)  NaN    {}',
  ]);
});
