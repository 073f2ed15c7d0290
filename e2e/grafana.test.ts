import { expect, test } from 'bun:test';
import { PROMETHEUS_METRICS } from '../scripts/expected-metrics.ts';

type Panel = {
  title: string;
  datasource: { uid: string };
  targets: { expr: string; datasource: { uid: string } }[];
};
type Variable = { name: string; type: string; definition?: string };

const dashboard = (await Bun.file(new URL('../grafana/ml-training.json', import.meta.url)).json()) as {
  panels: Panel[];
  templating: { list: Variable[] };
};
const expressions = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboard.templating.list.flatMap(({ definition }) => (definition === undefined ? [] : [definition])),
];
const metricsIn = (expression: string) => expression.match(/\bml_metrics_\w+/g) ?? [];
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own way to write a variable.
const DATA_SOURCE = '${datasource}';

test('every metric that the dashboard asks for is one that `make verify` knows', () => {
  const asked = [...new Set(expressions.flatMap(metricsIn))].sort();
  expect(asked.filter((name) => !PROMETHEUS_METRICS.includes(name))).toEqual([]);
  expect(asked.length).toBeGreaterThan(0);
});

test('every expression asks for a metric', () => {
  expect(expressions.filter((expression) => metricsIn(expression).length === 0)).toEqual([]);
});

test('every gauge, counter and histogram has its place on the dashboard', () => {
  const asked = new Set(expressions.flatMap(metricsIn).map((name) => name.replace(/_bucket$/, '')));
  const expected = PROMETHEUS_METRICS.map((name) => name.replace(/_(bucket|sum|count)$/, ''));
  expect([...new Set(expected)].filter((name) => !asked.has(name))).toEqual([]);
});

test('the data source is a variable everywhere; job, model and dataset can be chosen', () => {
  expect(dashboard.templating.list.map(({ name }) => name)).toEqual([
    'datasource',
    'job_id',
    'model_name',
    'dataset',
  ]);
  for (const panel of dashboard.panels) {
    expect([panel.datasource, ...panel.targets.map(({ datasource }) => datasource)]).toEqual(
      Array(panel.targets.length + 1).fill({ type: 'prometheus', uid: DATA_SOURCE }),
    );
  }
});
