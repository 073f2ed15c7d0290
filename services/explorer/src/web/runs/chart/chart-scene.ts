import { createContext, useContext } from 'react';
import type { TimeZone } from '../../time/format-time.ts';
import type { CurveX } from '../curves/curve.ts';
import type { CurvesOf } from '../curves/curves-query.ts';
import type { Extent } from '../curves/value-range.ts';
import type { Machine } from '../machine/machine.ts';
import type { ChartSettings } from './chart-settings.ts';
import type { Picked } from './curve-plot.tsx';
import type { RunLook } from './drawn-line.ts';

/** All charts of the page show their cursor at the same x. */
export const SYNC = 'runs';

/** What all charts of a view share. */
export interface ChartScene {
  /** Runs that are drawn. */
  readonly looks: readonly RunLook[];
  readonly settings: ChartSettings;
  readonly curvesOf: CurvesOf;
  /** What to read ahead of a zoom, where that is worth it. */
  readonly finer?: CurvesOf | undefined;
  /** Every attempt, where those that were gone over are shown too. */
  readonly abandoned: CurvesOf | undefined;
  /** Milliseconds since 1970. */
  readonly at: number | undefined;
  /** The id of the run that stands out. */
  readonly lit: string | undefined;
  readonly zone: TimeZone;
  /** What a run sent besides its curves, where there is one run and it did. */
  readonly machine?: Machine | undefined;
  readonly pinned: ReadonlySet<string>;
  readonly onPin: (metric: string) => void;
  /** @param x by what the range is, where that is not as the settings say */
  readonly onZoom: (range: Extent, x?: CurveX) => void;
  readonly onReset: () => void;
  readonly onPick: (picked: Picked) => void;
  readonly onFull: (metric: string | undefined) => void;
}

const Context = createContext<ChartScene | undefined>(undefined);
export const ChartSceneProvider = Context.Provider;

export function useChartScene(): ChartScene {
  const scene = useContext(Context);
  if (scene === undefined) throw new Error('a chart outside of its scene');
  return scene;
}
