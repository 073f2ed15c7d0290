import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { colourIndex, seriesToken } from '../charts/chart-theme.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import { useListKeys } from '../shell/use-list-keys.ts';
import { useTime } from '../time/time-context.tsx';
import { finite } from '../ui/finite.ts';
import { formatCount, formatDuration, formatNumber, formatPercent } from '../ui/format-number.ts';
import { Icon } from '../ui/icons.tsx';
import { type ServiceRow, serviceOverTime } from './services-query.ts';
import type { ServicesSearch } from './services-search.ts';
import { type SortKey, sortRows } from './sort-rows.ts';

interface ServiceTableProps {
  readonly rows: readonly ServiceRow[];
  /** What a row is. */
  readonly by: 'service' | 'operation';
  readonly search: ServicesSearch;
  readonly change: (changed: Partial<ServicesSearch>) => void;
  readonly open: string | undefined;
  readonly onOpen: (name: string) => void;
}

const COLUMNS: readonly { readonly key: SortKey; readonly label: string }[] = [
  { key: 'rate', label: 'Requests/s' },
  { key: 'errors', label: 'Errors' },
  { key: 'p50', label: 'p50' },
  { key: 'p90', label: 'p90' },
  { key: 'p99', label: 'p99' },
];

export function ServiceTable({ rows, by, search, change, open, onOpen }: ServiceTableProps) {
  const sort = search.sort ?? 'rate';
  const order = search.order ?? 'desc';
  const sorted = sortRows(rows, sort, order, by);
  const { marked } = useListKeys({
    count: by === 'service' ? sorted.length : 0,
    noun: by,
    onOpen: (index) => onOpen(sorted[index]![by]),
    onMove: () => {},
  });
  const header = (key: SortKey, label: string) => (
    <th
      key={key}
      scope="col"
      className={key === 'service' ? '' : 'number'}
      aria-sort={sort === key ? (order === 'asc' ? 'ascending' : 'descending') : 'none'}
    >
      <button
        type="button"
        onClick={() => change({ sort: key, order: sort === key && order === 'desc' ? 'asc' : undefined })}
      >
        {label}
        {sort === key && <Icon name={order === 'asc' ? 'arrowUp' : 'arrowDown'} />}
      </button>
    </th>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keys
    <section className="service-table" aria-label={by === 'service' ? 'Services' : 'Operations'} tabIndex={0}>
      <table className="grid-table">
        <thead>
          <tr>
            {header('service', by === 'service' ? 'Service' : 'Operation')}
            {by === 'service' && <th scope="col">Over time</th>}
            {COLUMNS.map(({ key, label }) => header(key, label))}
            <th scope="col">
              <span className="visually-hidden">Ways on</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((row, index) => (
            <tr key={row[by]} data-selected={open === row[by] || index === marked || undefined}>
              <td>
                <button
                  type="button"
                  className="service-name"
                  aria-expanded={open === row[by]}
                  onClick={() => onOpen(row[by])}
                >
                  {by === 'service' && (
                    <span
                      className="swatch"
                      style={
                        {
                          '--swatch': `var(--${seriesToken(colourIndex(row.service))})`,
                        } as React.CSSProperties
                      }
                    />
                  )}
                  {row[by]}
                </button>
              </td>
              {by === 'service' && (
                <td>
                  <ServiceSparkline service={row.service} />
                </td>
              )}
              <td className="number">{formatNumber(finite(row.rate) ?? 0)}</td>
              <td className="number">
                {row.errors > 0 ? (
                  <span
                    className="badge"
                    data-kind="bad"
                    title={`${formatCount(row.errors)} of ${formatCount(row.requests)}`}
                  >
                    {formatPercent(row.errors / row.requests)}
                  </span>
                ) : (
                  <span className="muted">0</span>
                )}
              </td>
              {row.durations.map((duration, quantile) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: quantiles stand at fixed places
                <td key={quantile} className="number">
                  {formatDuration(finite(duration) ?? Number.NaN)}
                </td>
              ))}
              <td>
                <Link
                  to="/traces"
                  search={{
                    service: row.service,
                    operation: by === 'operation' ? row.operation : undefined,
                    status: row.errors > 0 ? 'Error' : undefined,
                  }}
                >
                  {row.errors > 0 ? 'Failed traces' : 'Traces'}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ServiceSparkline({ service }: { readonly service: string }) {
  const { asked } = useTime();
  const { data } = useQuery(serviceOverTime(asked, service));
  if (data === undefined) return <span className="skeleton" style={{ width: 120, height: 18 }} />;
  const rates = data.rates.map((rate) => finite(rate) ?? 0);
  return (
    <Sparkline
      values={rates}
      width={120}
      label={`Requests of ${service} over time`}
      colour={seriesToken(colourIndex(service))}
    />
  );
}
