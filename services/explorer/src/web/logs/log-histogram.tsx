import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type BarLayer, StackedBars } from '../charts/stacked-bars.tsx';
import { useTime } from '../time/time-context.tsx';
import type { RangeText } from '../time/time-range.ts';
import { formatCount } from '../ui/format-number.ts';
import { SkeletonBlock } from '../ui/skeleton.tsx';
import { type LogFilter, logHistogram } from './logs-query.ts';
import { SEVERITIES } from './severity.ts';

const HEIGHT = 104;

/** How many records of each severity over time; dragging over it chooses the time. */
export function LogHistogram({ asked, filter }: { readonly asked: RangeText; readonly filter: LogFilter }) {
  const time = useTime();
  const buckets = innerWidth < 700 ? 50 : 120;
  const { data } = useQuery(logHistogram(asked, filter, buckets));
  const layers = useMemo(
    (): BarLayer[] =>
      data === undefined
        ? []
        : SEVERITIES.filter((severity) => data.counts[severity].some((count) => count > 0)).map(
            (severity) => ({
              name: severity,
              colour: `sev-${severity}`,
              counts: data.counts[severity],
            }),
          ),
    [data],
  );
  const totals = layers.map(({ name, counts }) => ({
    name,
    total: counts.reduce((sum, count) => sum + count, 0),
  }));
  const all = totals.reduce((sum, { total }) => sum + total, 0);
  return (
    <section className="log-histogram" aria-label="Records over time">
      <div className="log-histogram-head">
        <strong>{data === undefined ? '…' : formatCount(all)}</strong> records
        {totals.toReversed().map(({ name, total }) => (
          <span key={name} className="legend-item">
            <span className="swatch" style={{ '--swatch': `var(--sev-${name})` } as React.CSSProperties} />
            {name} {formatCount(total)}
          </span>
        ))}
      </div>
      {data === undefined ? (
        <SkeletonBlock height={HEIGHT} />
      ) : (
        <StackedBars
          label="Log records over time, by severity"
          description={`${formatCount(all)} records: ${totals.map(({ name, total }) => `${formatCount(total)} ${name}`).join(', ')}.`}
          times={data.times}
          end={data.end}
          layers={layers}
          zone={time.zone}
          height={HEIGHT}
          onZoom={(from, to) => time.zoom({ from, to })}
        />
      )}
    </section>
  );
}
