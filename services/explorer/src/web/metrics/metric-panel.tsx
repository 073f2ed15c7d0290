import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { seriesToken } from '../charts/chart-theme.ts';
import { Legend } from '../charts/legend.tsx';
import { type Line, LineChart } from '../charts/line-chart.tsx';
import { useTime } from '../time/time-context.tsx';
import { Chip } from '../ui/chip.tsx';
import { Failure } from '../ui/failure.tsx';
import { FilterChips, FilterInput, listOf } from '../ui/filter-bar.tsx';
import { formatCount, formatWithUnit } from '../ui/format-number.ts';
import { Select } from '../ui/select.tsx';
import { SkeletonBlock } from '../ui/skeleton.tsx';
import { aggregationOf, aggregationsOf, formatOf, notFinite, toCurves, unitOf } from './metric-question.ts';
import { type CatalogueEntry, metricCurves } from './metrics-query.ts';
import type { MetricsSearch } from './metrics-search.ts';

interface MetricPanelProps {
  readonly entry: CatalogueEntry;
  readonly search: MetricsSearch;
  readonly change: (changed: Partial<MetricsSearch>) => void;
}

const HEIGHT = 320;
/** So many curves can still be told apart, or read in a legend. */
const MOST_CURVES = 40;

/** One metric over time: as what, grouped by what, and only of what. */
export function MetricPanel({ entry, search, change }: MetricPanelProps) {
  const aggregation = aggregationOf(entry, search.aggregation);
  return (
    <section className="metric-panel" aria-label={entry.name}>
      <header className="metric-head">
        <h2>{entry.name}</h2>
        <span className="badge">{entry.type.replace('_', ' ')}</span>
        {entry.temporality !== 'unset' && <span className="badge">{entry.temporality}</span>}
        {entry.unit !== '' && <span className="muted">{entry.unit}</span>}
        <span className="muted">{formatCount(entry.points)} points</span>
        {entry.description !== '' && <p>{entry.description}</p>}
      </header>
      <MetricToolbar entry={entry} search={search} change={change} />
      <MetricChart entry={entry} search={search} aggregation={aggregation} />
    </section>
  );
}

function MetricToolbar({ entry, search, change }: MetricPanelProps) {
  const aggregations = aggregationsOf(entry);
  const aggregation = aggregationOf(entry, search.aggregation);
  const plain = !['rate', 'increase', 'quantile'].includes(aggregation);
  return (
    <div className="toolbar">
      <Select
        label="Aggregation"
        value={aggregation}
        options={aggregations.map((value) => ({
          value,
          label: value === 'quantile' ? 'quantiles' : value,
        }))}
        onChange={(value) => change({ aggregation: value })}
      />
      {plain && (
        <Select
          label="Across series"
          value={search.across ?? 'avg'}
          options={(['avg', 'sum', 'min', 'max'] as const).map((value) => ({
            value,
            label: `${value} across series`,
          }))}
          onChange={(across) => change({ across })}
        />
      )}
      {entry.services.length > 1 && (
        <Select
          label="Service"
          value={search.service ?? ''}
          options={[
            { value: '', label: 'Every service' },
            ...entry.services.map((value) => ({ value, label: value })),
          ]}
          onChange={(service) => change({ service: service === '' ? undefined : service })}
        />
      )}
      <GroupInput by={search.by} onChange={(by) => change({ by })} />
      <FilterInput filters={search.filter} onChange={(filter) => change({ filter })} />
      {search.by?.map((key) => (
        <Chip
          key={key}
          label={`group by ${key}`}
          onRemove={() => change({ by: listOf(search.by!.filter((one) => one !== key)) })}
        >
          by {key}
        </Chip>
      ))}
      {search.run !== undefined && (
        <Chip label={`run ${search.run}`} onRemove={() => change({ run: undefined })}>
          run = {search.run}
        </Chip>
      )}
      <FilterChips filters={search.filter} onChange={(filter) => change({ filter })} />
    </div>
  );
}

function GroupInput({
  by = [],
  onChange,
}: {
  readonly by?: readonly string[] | undefined;
  readonly onChange: (by: string[]) => void;
}) {
  const [text, setText] = useState('');
  return (
    <input
      className="input filter-input"
      aria-label="Group by an attribute"
      placeholder="group by key"
      value={text}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        const key = text.trim();
        if (event.key !== 'Enter' || key === '') return;
        onChange([...by.filter((one) => one !== key), key]);
        setText('');
      }}
    />
  );
}

interface MetricChartProps extends Pick<MetricPanelProps, 'entry' | 'search'> {
  readonly aggregation: NonNullable<MetricsSearch['aggregation']>;
}

function MetricChart({ entry, search, aggregation }: MetricChartProps) {
  const time = useTime();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const { across, by, service, run, filter } = search;
  const { data, error, isError, refetch } = useQuery({
    ...metricCurves(time.asked, {
      metric: entry.name,
      type: entry.type,
      aggregation,
      across,
      by,
      service,
      run,
      filter,
    }),
    placeholderData: keepPreviousData,
  });
  const { times, curves } = useMemo(() => toCurves(data?.groups ?? []), [data]);
  const lines = useMemo(
    (): Line[] =>
      curves
        .slice(0, MOST_CURVES)
        .map(({ name, values }, index) => ({ name, values, colour: seriesToken(index) })),
    [curves],
  );
  const unit = unitOf(entry, aggregation);
  const format = useMemo(() => formatOf(entry.name, unit), [entry.name, unit]);
  if (isError && data === undefined)
    return <Failure what="The metric could not be read" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <SkeletonBlock height={HEIGHT} />;
  if (lines.length === 0)
    return <p className="nothing">No points fit. Take a filter away, or choose a longer range.</p>;
  const lost = notFinite(data.groups);
  return (
    <div className="metric-chart">
      <LineChart
        label={`${entry.name} over time`}
        description={lines
          .map(({ name, values }) => `${name}: ${lastOf(values, format)}`)
          .slice(0, 12)
          .join('; ')}
        times={times}
        lines={lines.filter(({ name }) => !hidden.has(name))}
        x={{ min: time.range.from, max: time.range.to }}
        format={format}
        zone={time.zone}
        height={HEIGHT}
        fromZero={entry.type !== 'gauge'}
        onZoom={(from, to) => time.zoom({ from, to })}
      />
      <Legend
        items={lines}
        hidden={hidden}
        onToggle={(name) => {
          const next = new Set(hidden);
          if (!next.delete(name)) next.add(name);
          setHidden(next);
        }}
      />
      <p className="muted metric-foot">
        A point every {formatWithUnit(data.step, 'ms')}
        {curves.length > MOST_CURVES && `; ${MOST_CURVES} of ${curves.length} groups: filter to see others`}
        {lost > 0 && `; ${formatCount(lost)} values are NaN or infinite, and leave a gap`}.
      </p>
    </div>
  );
}

function lastOf(values: readonly (number | null)[], format: (value: number) => string): string {
  const last = values.findLast((value) => value !== null);
  return last === null || last === undefined ? 'no values' : `last ${format(last)}`;
}
