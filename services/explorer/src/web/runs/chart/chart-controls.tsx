import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useShortcuts } from '../../shell/shortcuts.tsx';
import { Button } from '../../ui/button.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import type { CurveX } from '../curves/curve.ts';
import type { ChartSearch } from '../runs-search.ts';
import type { ChangeCharts } from './chart-settings.ts';

interface ChartControlsProps {
  readonly search: ChartSearch;
  readonly change: ChangeCharts;
  readonly children?: ReactNode;
}

const XS = [
  { value: 'step', label: 'Step' },
  { value: 'epoch', label: 'Epoch' },
  { value: 'relative', label: 'Duration' },
  { value: 'time', label: 'Time' },
] as const;

/** How charts are drawn, for all of a view at once. */
export function ChartControls({ search, change, children }: ChartControlsProps) {
  const onSearch = useCallback((q: string | undefined) => change({ q }), [change]);
  const zoomed = search.x0 !== undefined && search.x1 !== undefined;
  const reset = () => change({ x0: undefined, x1: undefined });
  useShortcuts([
    {
      keys: 'l',
      label: 'Logarithmic axis',
      run: () => change({ log: search.log ? undefined : true }),
      group: 'Charts',
    },
    {
      keys: 'o',
      label: 'Leave outliers out',
      run: () => change({ clip: search.clip ? undefined : true }),
      group: 'Charts',
    },
    ...(zoomed ? [{ keys: '0', label: 'Show the whole range', run: reset, group: 'Charts' }] : []),
  ]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not known to all screen readers yet
    <div className="toolbar chart-controls" role="search">
      <SearchBox label="Find metrics" placeholder="Find metrics" value={search.q} onChange={onSearch} />
      <Segmented
        label="Along the bottom"
        value={search.x ?? 'step'}
        options={XS}
        onChange={(x: CurveX) => change({ x: x === 'step' ? undefined : x, x0: undefined, x1: undefined })}
      />
      <Smoothing
        value={search.smooth ?? 0}
        onChange={(smooth) => change({ smooth: smooth === 0 ? undefined : smooth })}
      />
      <Button
        aria-pressed={search.log === true}
        onClick={() => change({ log: search.log ? undefined : true })}
      >
        Log
      </Button>
      <Button
        aria-pressed={search.clip === true}
        title="The axis leaves out what lies far off"
        onClick={() => change({ clip: search.clip ? undefined : true })}
      >
        Clip outliers
      </Button>
      {children}
      {zoomed && (
        <Button icon="zoomOut" onClick={reset}>
          Whole range
        </Button>
      )}
    </div>
  );
}

const QUIET_MILLIS = 150;

function Smoothing({
  value,
  onChange,
}: {
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  const [shown, setShown] = useState(value);
  useEffect(() => setShown(value), [value]);
  // The address changes when the hand rests, not with each pixel.
  useEffect(() => {
    if (shown === value) return;
    const timer = setTimeout(() => onChange(shown), QUIET_MILLIS);
    return () => clearTimeout(timer);
  }, [shown, value, onChange]);
  return (
    <label className="smoothing">
      Smoothing
      <input
        type="range"
        min={0}
        max={99}
        step={1}
        value={shown}
        onChange={(event) => setShown(Number(event.target.value))}
      />
      <output>{(shown / 100).toFixed(2)}</output>
    </label>
  );
}
