import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type CatalogueEntry, metricCurves } from '../../metrics/metrics-query.ts';
import type { ChartScene } from '../chart/chart-scene.ts';
import { markOf } from '../chart/use-lines.ts';
import type { Extent } from '../curves/value-range.ts';
import { keysOf, type Machine, questionOf } from './machine.ts';
import { machineLines } from './machine-lines.ts';

const NONE = { lines: [], series: 0 };

/** What the chart of a metric of the machine draws: by time, also where the others are by step. */
export function useMachineLines(machine: Machine, entry: CatalogueEntry, scene: ChartScene) {
  const { looks, settings, at } = scene;
  const by = settings.x === 'relative' ? 'relative' : 'time';
  const zoomed = settings.x === by ? settings.range : undefined;
  const { whole } = machine;
  const asked = zoomed && by === 'relative' ? shifted(zoomed, whole.min) : zoomed;
  const { again, ...question } = questionOf(machine, entry, asked);
  const { data, error } = useQuery({
    ...metricCurves(question.asked, question.question),
    refetchInterval: again,
    placeholderData: keepPreviousData,
  });
  const { weight } = settings;
  const { lines, series } = useMemo(
    () =>
      data === undefined
        ? NONE
        : machineLines(data, {
            metric: entry.name,
            run: looks[0]!,
            keys: keysOf(entry),
            by,
            whole,
            range: zoomed,
            weight,
          }),
    [data, entry, looks, by, whole, zoomed, weight],
  );
  const marked = useMemo(
    () =>
      markOf(
        lines.map(({ curve }) => curve),
        at,
      ),
    [lines, at],
  );
  const range = zoomed ?? (by === 'relative' ? shifted(whole, -whole.min) : whole);
  return { lines, series, at: marked, error, pending: data === undefined, x: by, range } as const;
}

function shifted({ min, max }: Extent, by: number): Extent {
  return { min: min + by, max: max + by };
}
