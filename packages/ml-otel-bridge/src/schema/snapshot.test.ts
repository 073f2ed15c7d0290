import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { buildSnapshot } from '../testing/index.ts';
import { MAX_CONFIG_VALUES, MAX_DEPTH, MAX_ISSUES, MAX_KEY_LENGTH, MAX_METRICS } from './limits.ts';
import { parseJson } from './parse-json.ts';
import { parseSnapshot } from './snapshot.ts';

const issues = (input: unknown) => {
  const parsed = parseSnapshot(input);
  return parsed.ok ? [] : parsed.issues;
};
const paths = (input: unknown) => issues(input).map(({ path }) => path);
const withMetrics = (training_metrics: unknown) => ({ job_metadata: { job_id: 'a' }, training_metrics });

describe('parseSnapshot', () => {
  test('takes the whole contract', () => {
    const snapshot = buildSnapshot({
      metadata: { rank: 3, labels: { team: 'vision' } },
      config: { lr: 0.1, layers: [1, 2] },
      status: 'running',
    });
    const parsed = parseSnapshot(snapshot);
    expect(parsed).toMatchObject({
      ok: true,
      value: { job_metadata: { rank: 3, labels: { team: 'vision' } }, status: 'running' },
    });
  });

  test('needs a job id and something to say, and takes a status or a configuration as that', () => {
    expect(issues({ job_metadata: { job_id: 'a' }, status: 'finished' })).toEqual([]);
    expect(issues({ job_metadata: { job_id: 'a' }, config: { lr: 1 } })).toEqual([]);
    expect(issues({ job_metadata: { job_id: 'a' } })[0]?.message).toContain('nothing in it');
    expect(paths({ job_metadata: {}, training_metrics: { loss: 1 } })).toEqual(['job_metadata.job_id']);
    expect(paths({ job_metadata: { job_id: '' }, training_metrics: { loss: 1 } })).toEqual([
      'job_metadata.job_id',
    ]);
  });

  test('reports every issue with its path', () => {
    expect(
      paths({
        timestamp: 5,
        job_metadata: { job_id: 7, model_name: 'a\u0000b', rank: 1.5, labels: { a: 1 } },
        training_metrics: { loss: '1', accuracy: {} },
        status: 'done',
      }).sort(),
    ).toEqual([
      'job_metadata.job_id',
      'job_metadata.labels.a',
      'job_metadata.model_name',
      'job_metadata.rank',
      'status',
      'timestamp',
      'training_metrics.accuracy',
      'training_metrics.loss',
    ]);
  });

  test('bounds the number of issues that it reports', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`m${index}`, 'x']));
    expect(issues(withMetrics(many))).toHaveLength(MAX_ISSUES + 1);
    expect(issues(withMetrics(many)).at(-1)?.message).toBe(`and ${500 - MAX_ISSUES} more issues`);
  });

  test.each([[null], [undefined], [1], ['text'], [[]], [[1]], [true]])(
    'refuses %p as a snapshot',
    (input: unknown) => {
      expect(issues(input)).not.toEqual([]);
    },
  );

  test('keys that mean something to JavaScript are metrics like others', () => {
    const parsed = parseJson(
      '{"job_metadata":{"job_id":"a"},"training_metrics":{"__proto__":1,"constructor":2,"toString":3}}',
    );
    const snapshot = parseSnapshot(parsed.ok ? parsed.value : undefined);
    expect(snapshot.ok && snapshot.value.training_metrics).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
      ['toString', 3],
    ]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('bounds what one snapshot may hold', () => {
    const metrics = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, i]));
    expect(issues(withMetrics(metrics(MAX_METRICS)))).toEqual([]);
    expect(issues(withMetrics(metrics(MAX_METRICS + 1)))[0]?.message).toContain('at most');
    expect(issues(withMetrics({ ['k'.repeat(MAX_KEY_LENGTH + 1)]: 1 }))).toHaveLength(1);
    expect(issues(withMetrics({ '': 1 }))).toHaveLength(1);
    expect(issues(withMetrics({ '///': 1 }))).toHaveLength(1);
    expect(issues(withMetrics({ 'a\nb': 1 }))).toHaveLength(1);

    let deep: unknown = 1;
    for (let depth = 0; depth <= MAX_DEPTH; depth++) deep = [deep];
    expect(paths({ job_metadata: { job_id: 'a' }, config: deep })).toEqual(['config']);
    expect(paths({ job_metadata: { job_id: 'a' }, config: new Array(MAX_CONFIG_VALUES).fill(0) })).toEqual([
      'config',
    ]);
  });

  test('any JSON gives a snapshot or issues, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (a, b, c) => {
        expect(typeof parseSnapshot(a).ok).toBe('boolean');
        expect(typeof parseSnapshot({ timestamp: a, job_metadata: b, training_metrics: c }).ok).toBe(
          'boolean',
        );
        expect(
          typeof parseSnapshot({ job_metadata: { job_id: 'a', labels: a, rank: b }, config: c }).ok,
        ).toBe('boolean');
      }),
    );
  });
});
