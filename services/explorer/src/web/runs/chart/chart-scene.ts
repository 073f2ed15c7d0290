import { createContext, useContext } from 'react';
import type { TimeZone } from '../../time/format-time.ts';
import type { CurvesOf } from '../curves/curves-query.ts';
import type { Extent } from '../curves/value-range.ts';
import type { ChartSettings } from './chart-settings.ts';
import type { Picked } from './curve-plot.tsx';
import type { RunLook } from './drawn-line.ts';

/** What all charts of a view share. */
export interface ChartScene {
  /** Runs that are drawn. */
  readonly looks: readonly RunLook[];
  readonly settings: ChartSettings;
  readonly curvesOf: CurvesOf;
  /** Every attempt, where those that were gone over are shown too. */
  readonly abandoned: CurvesOf | undefined;
  /** Milliseconds since 1970. */
  readonly at: number | undefined;
  /** The id of the run that stands out. */
  readonly lit: string | undefined;
  readonly zone: TimeZone;
  readonly pinned: ReadonlySet<string>;
  readonly onPin: (metric: string) => void;
  readonly onZoom: (range: Extent) => void;
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
