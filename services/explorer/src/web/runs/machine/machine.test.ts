import { describe, expect, test } from 'bun:test';
import type { CatalogueEntry } from '../../metrics/metrics-query.ts';
import { groupMetrics } from '../curves/metric-groups.ts';
import type { RunDetail } from '../runs-query.ts';
import { askedOf, keysOf, machineOf, questionOf, shownOf } from './machine.ts';
import { machineCsv } from './machine-csv.ts';
import { MOST_LINES, machineLines } from './machine-lines.ts';

const START = Date.parse('2026-05-28T20:26:40.000Z');
const iso = (seconds: number) => new Date(START + seconds * 1_000).toISOString();

function runOf(more: Partial<RunDetail>): RunDetail {
  return {
    id: 'r',
    name: 'my run',
    state: 'finished',
    startedAt: iso(0),
    finishedAt: iso(60),
    lastReceivedAt: iso(9_000),
    duration: 60e9,
    ...more,
  } as RunDetail;
}

function entryOf(more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    name: 'hw.gpu.utilization',
    type: 'gauge',
    unit: '1',
    description: '',
    services: [],
    temporality: 'unset',
    monotonic: false,
    points: 1,
    lastTime: iso(70),
    by: ['hw.id', 'rank'],
    ...more,
  };
}

describe('where to look', () => {
  test('a run that ended: from its start to a little after its end, whenever it came', () => {
    expect(askedOf(runOf({}))).toEqual({ from: iso(0), to: iso(660) });
    expect(askedOf(runOf({ state: 'running' }))).toEqual({ from: iso(0), to: 'now' });
    const unknown = runOf({ startedAt: undefined, finishedAt: undefined, lastPointAt: iso(60) });
    expect(askedOf(unknown).from).toBe(iso(0));
  });

  test('all charts span all that came; nothing where nothing did', () => {
    expect(machineOf(runOf({}), [])).toBeUndefined();
    expect(machineOf(runOf({}), [entryOf()])!.whole).toEqual({ min: START, max: START + 70_000 });
  });

  test('steps are round, and few enough; of a live run the end stays open', () => {
    const stepOf = (seconds: number, state: RunDetail['state'] = 'finished') => {
      const run = runOf({ finishedAt: iso(seconds), state });
      const { asked, question, again } = questionOf(machineOf(run, [entryOf()])!, entryOf());
      return [question.step, asked.to, again];
    };
    expect(stepOf(299)).toEqual(['1s', new Date(START + 299_001).toISOString(), false]);
    expect(stepOf(3_600, 'running')).toEqual(['15s', 'now', 15_000]);
    expect(stepOf(60, 'running')).toEqual(['1s', 'now', 10_000]);
    expect(stepOf(30 * 86_400).slice(0, 1)).toEqual(['180m']);
    expect(stepOf(30 * 365 * 86_400).slice(0, 1)).toEqual(['10080m']);
  });
});

test('what is shown: values as they are, what counts as a rate, in units that people know', () => {
  expect(shownOf(entryOf()).format(0.93)).toBe('93%');
  const memory = entryOf({ name: 'process.memory.usage', type: 'sum', unit: 'By' });
  expect([shownOf(memory).aggregation, shownOf(memory).format(2.5e9)]).toEqual(['last', '2.5 GB']);
  const energy = entryOf({ name: 'hw.energy', type: 'sum', monotonic: true, unit: 'J' });
  expect([shownOf(energy).aggregation, shownOf(energy).format(310)]).toEqual(['rate', '310 W']);
});

describe('lines', () => {
  const look = {
    metric: 'hw.gpu.utilization',
    run: { id: 'r', name: 'my run' },
    keys: keysOf(entryOf()),
    whole: { min: START, max: START + 25_000 },
    by: 'time',
    weight: 0,
  } as const;
  const groupOf = (group: string[], values: (number | string)[]) => ({
    group,
    times: values.map((_, i) => START + i * 10_000),
    columns: { value: values },
  });

  test('one for each series, by rank and the ends of a long id; each point in the middle of its step', () => {
    const id = 'GPU-0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
    const groups = [groupOf(['0', id], [0.5, 0.6, 0.7]), groupOf(['1', 'b'], [0.1, 'NaN', 0.3])];
    const { lines, series } = machineLines({ groups, step: 10_000 }, look);
    expect([series, ...lines.map(({ name }) => name)]).toEqual([2, 'rank 0 · GPU-0b1c…d8e9f0', 'rank 1 · b']);
    expect(lines.map(({ curve }) => [curve.x, curve.last])).toEqual([
      [
        [START + 5_000, START + 15_000, START + 25_000],
        [0.5, 0.6, 0.7],
      ],
      [
        [START + 5_000, START + 25_000],
        [0.1, 0.3],
      ],
    ]);
    const relative = machineLines({ groups, step: 10_000 }, { ...look, by: 'relative' });
    expect(relative.lines[0]!.curve.x).toEqual([5_000, 15_000, 25_000]);
    expect(machineCsv(lines, '1').split('\r\n').slice(0, 2)).toEqual([
      'run,metric,unit,series,time,value',
      `r,hw.gpu.utilization,1,rank 0 · GPU-0b1c…d8e9f0,${iso(5)},0.5`,
    ]);
  });

  test('of a range: the points in it, and one on either side that lines go on to', () => {
    const whole = { min: START, max: START + 600_000 };
    const values = Array.from({ length: 60 }, (_, i) => i);
    const range = { min: START + 100_000, max: START + 120_000 };
    const { lines } = machineLines(
      { groups: [groupOf([], values)], step: 10_000 },
      { ...look, whole, range },
    );
    expect(lines[0]!.curve.last).toEqual([9, 10, 11, 12]);
    const machine = machineOf(runOf({ state: 'running' }), [entryOf()])!;
    expect(questionOf(machine, entryOf(), range)).toMatchObject({
      asked: { from: iso(40), to: new Date(START + 180_001).toISOString() },
      again: false,
    });
  });

  test('a single one has the name of the run; of very many some are drawn', () => {
    const alone = machineLines({ groups: [groupOf([], [1])], step: 10_000 }, { ...look, keys: [] });
    expect(alone.lines.map(({ name }) => name)).toEqual(['my run']);
    const many = Array.from({ length: 100 }, (_, i) => groupOf(['0', `g${i}`], [1]));
    const { lines, series } = machineLines({ groups: many, step: 10_000 }, look);
    expect([lines.length, series]).toEqual([MOST_LINES, 100]);
  });
});

test('they come after all curves, in groups of their own, but for those that are pinned', () => {
  const machine = [
    'process.cpu.utilization',
    'system.disk.io',
    'hw.power',
    'gc.pause',
    'system.cpu.utilization',
  ];
  expect(groupMetrics(['ml.training.loss'], ['hw.power', 'gone'], machine)).toEqual([
    { name: 'Pinned', metrics: ['hw.power'] },
    { name: 'Training', metrics: ['ml.training.loss'] },
    { name: 'Machine: host', metrics: ['system.cpu.utilization', 'system.disk.io'], byTime: true },
    { name: 'Machine: process', metrics: ['process.cpu.utilization'], byTime: true },
    { name: 'Besides', metrics: ['gc.pause'], byTime: true },
  ]);
});
