import { expect, test } from 'bun:test';
import { compareConfigs, flatConfig } from './flat-config.ts';

test('every leaf has a path; lists of plain values are one', () => {
  expect(
    flatConfig(
      '{"lr": 0.1, "model": {"name": "vit", "layers": [1, 2], "heads": [{"n": 2}]}, "none": null, "empty": {}}',
    ),
  ).toEqual([
    { path: 'lr', value: '0.1' },
    { path: 'model.name', value: 'vit' },
    { path: 'model.layers', value: '[1,2]' },
    { path: 'model.heads.0.n', value: '2' },
    { path: 'none', value: 'null' },
    { path: 'empty', value: '{}' },
  ]);
  expect(flatConfig(undefined)).toEqual([]);
  expect(flatConfig('lr: 0.1')).toEqual([{ path: '', value: 'lr: 0.1' }]);
});

test('what differs is told, also what some do not have', () => {
  const rows = compareConfigs(
    ['{"lr": 0.1, "seed": 1}', '{"lr": 0.2, "seed": 1, "extra": true}'].map(flatConfig),
  );
  expect(rows).toEqual([
    { path: 'extra', values: [undefined, 'true'], differs: true },
    { path: 'lr', values: ['0.1', '0.2'], differs: true },
    { path: 'seed', values: ['1', '1'], differs: false },
  ]);
});
