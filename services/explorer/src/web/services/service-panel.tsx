import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { seriesToken } from '../charts/chart-theme.ts';
import { Legend } from '../charts/legend.tsx';
import { type Line, LineChart } from '../charts/line-chart.tsx';
import { useTime } from '../time/time-context.tsx';
import { Chip } from '../ui/chip.tsx';
import { Failure } from '../ui/failure.tsx';
import { finite } from '../ui/finite.ts';
import { formatDuration, formatNumber, formatPercent } from '../ui/format-number.ts';
import { SkeletonBlock } from '../ui/skeleton.tsx';
import { ServiceTable } from './service-table.tsx';
import { serviceOverTime, serviceRows } from './services-query.ts';
import type { ServicesSearch } from './services-search.ts';

interface ServicePanelProps {
  readonly service: string;
  readonly search: ServicesSearch;
  readonly change: (changed: Partial<ServicesSearch>) => void;
}

const HEIGHT = 170;

/** One service: its figures over time, and its operations. */
export function ServicePanel({ service, search, change }: ServicePanelProps) {
  const time = useTime();
  const { data, error, isError } = useQuery(serviceOverTime(time.asked, service, search.operation));
  const operations = useQuery(serviceRows(time.asked, service)).data?.rows;
  const charts = useMemo(() => (data === undefined ? [] : chartsOf(data)), [data]);
  return (
    <section className="service-panel" aria-label={`Service ${service}`}>
      <div className="service-head">
        <h2>{service}</h2>
        {search.operation !== undefined && (
          <Chip label={`operation ${search.operation}`} onRemove={() => change({ operation: undefined })}>
            {search.operation}
          </Chip>
        )}
      </div>
      {isError && data === undefined && <Failure what="Its figures could not be read" error={error} />}
      <div className="service-charts">
        {data === undefined &&
          !isError &&
          ['rate', 'errors', 'durations'].map((key) => <SkeletonBlock key={key} height={HEIGHT + 36} />)}
        {charts.map(({ title, lines, format, description }) => (
          <div key={title} className="panel">
            <div className="panel-head">
              <h3>{title}</h3>
            </div>
            <LineChart
              label={`${title} of ${service}`}
              description={description}
              times={data!.times}
              lines={lines}
              x={{ min: time.range.from, max: time.range.to }}
              format={format}
              zone={time.zone}
              height={HEIGHT}
              sync="services"
              onZoom={(from, to) => time.zoom({ from, to })}
            />
            {lines.length > 1 && <Legend items={lines} />}
          </div>
        ))}
      </div>
      {operations !== undefined && (
        <ServiceTable
          rows={operations}
          by="operation"
          search={search}
          change={change}
          open={search.operation}
          onOpen={(operation) =>
            change({ operation: operation === search.operation ? undefined : operation })
          }
        />
      )}
    </section>
  );
}

interface Figures {
  readonly rates: readonly (number | string)[];
  readonly requests: readonly number[];
  readonly errors: readonly number[];
  readonly durations: readonly (readonly (number | string)[])[];
}

/** Of few requests one quantile is the same as the other: each is seen through the gaps of the next. */
const DASHES = [[], [9, 4], [3, 7]];

function chartsOf({ rates, requests, errors, durations }: Figures) {
  const rate: Line = { name: 'requests/s', colour: 'series-0', values: rates.map(finite), filled: true };
  const failed: Line = {
    name: 'errors',
    colour: 'sev-error',
    values: errors.map((count, index) => (requests[index]! > 0 ? count / requests[index]! : null)),
    filled: true,
  };
  const quantiles = ['p50', 'p90', 'p99'].map(
    (name, index): Line => ({
      name,
      colour: seriesToken(index),
      values: (durations[index] ?? []).map(finite),
      dash: DASHES[index]!,
    }),
  );
  return [
    {
      title: 'Requests a second',
      lines: [rate],
      format: formatNumber,
      description: most(rate, formatNumber),
    },
    { title: 'Errors', lines: [failed], format: formatPercent, description: most(failed, formatPercent) },
    {
      title: 'Duration',
      lines: quantiles,
      format: formatDuration,
      description: quantiles.map((line) => `${line.name}: ${most(line, formatDuration)}`).join(' '),
    },
  ];
}

function most({ values }: Line, format: (value: number) => string): string {
  const found = values.filter((value) => value !== null);
  return found.length === 0 ? 'No values.' : `At most ${format(Math.max(...found))}.`;
}
