import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { InferResponseType } from 'hono/client';
import { useState } from 'react';
import { api } from '../api/client.ts';
import { readAnswer } from '../api/read-answer.ts';
import type { RangeText } from '../time/time-range.ts';
import { parseFilter } from '../url/attribute-filter.ts';
import { IconButton } from './button.tsx';
import { formatNumber } from './format-number.ts';
import { Icon } from './icons.tsx';
import { SkeletonRows } from './skeleton.tsx';

export type Facet = InferResponseType<typeof api.facets.$get, 200>['facets'][number];

interface FacetPanelProps {
  readonly signal: 'logs' | 'traces';
  readonly asked: RangeText;
  readonly service: string | undefined;
  readonly filters: readonly string[] | undefined;
  /** The fields by which one can narrow, with what is chosen of each; others are not shown. */
  readonly fields: Readonly<Record<string, string | undefined>>;
  readonly label?: (facet: Facet, value: string) => string;
  /** What is chosen already is picked to take it away. */
  readonly onPick: (facet: Facet, value: string, operator: 'eq' | 'ne') => void;
  readonly onClose: () => void;
}

/** Keys that are there, each with its most frequent values: what to narrow by, without knowing it beforehand. */
export function FacetPanel({
  signal,
  asked,
  service,
  filters = [],
  fields,
  label,
  onPick,
  onClose,
}: FacetPanelProps) {
  const [wanted, setWanted] = useState('');
  const { data } = useQuery({
    queryKey: ['facets', signal, asked, service],
    queryFn: ({ signal: abort }) =>
      readAnswer(
        api.facets.$get(
          { query: { ...asked, signal, limit: '8', ...(service !== undefined && { service }) } },
          { init: { signal: abort } },
        ),
      ),
    placeholderData: keepPreviousData,
  });
  const shown = data?.facets
    .filter(({ key, source }) => source === 'attribute' || key in fields)
    .filter(({ key }) => key.toLowerCase().includes(wanted.toLowerCase()));
  return (
    <aside className="facets" aria-label="Keys and values">
      <div className="facets-head">
        <input
          className="input"
          aria-label="Find a key"
          placeholder="Find a key"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
        <IconButton icon="chevronLeft" label="Hide keys" onClick={onClose} />
      </div>
      {shown === undefined && <SkeletonRows rows={10} />}
      {shown?.length === 0 && <p className="nothing">No such key.</p>}
      {shown?.map((facet) => (
        <FacetGroup
          key={`${facet.source} ${facet.key}`}
          facet={facet}
          chosen={chosenOf(facet, filters, fields)}
          label={label}
          onPick={onPick}
        />
      ))}
    </aside>
  );
}

interface FacetGroupProps extends Pick<FacetPanelProps, 'label' | 'onPick'> {
  readonly facet: Facet;
  readonly chosen: ReadonlySet<string>;
}

function FacetGroup({ facet, chosen, label, onPick }: FacetGroupProps) {
  const most = facet.values[0]?.records ?? 1;
  return (
    <details className="facet" open={facet.source === 'field' || chosen.size > 0}>
      <summary>
        <Icon name="chevronRight" />
        <span>{facet.key}</span>
        <small>{formatNumber(facet.records)}</small>
      </summary>
      <ul>
        {facet.values.map(({ value, records }) => {
          const text = label?.(facet, value) ?? value;
          return (
            <li key={value} className="facet-value" data-chosen={chosen.has(value) || undefined}>
              <button
                type="button"
                className="facet-pick"
                title={text}
                aria-pressed={chosen.has(value)}
                onClick={() => onPick(facet, value, 'eq')}
              >
                <span className="facet-bar" style={{ width: `${Math.max(2, (records / most) * 100)}%` }} />
                <span className="facet-text">{text === '' ? '(empty)' : text}</span>
                <small>{formatNumber(records)}</small>
              </button>
              {facet.source === 'attribute' && (
                <button
                  type="button"
                  className="tiny-button"
                  aria-label={`Without ${facet.key} = ${text}`}
                  title="Without"
                  onClick={() => onPick(facet, value, 'ne')}
                >
                  <Icon name="minus" />
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {facet.more && <p className="facet-more">and others</p>}
    </details>
  );
}

function chosenOf(
  facet: Facet,
  filters: readonly string[],
  fields: FacetPanelProps['fields'],
): ReadonlySet<string> {
  if (facet.source === 'field') return new Set([fields[facet.key]].filter((value) => value !== undefined));
  return new Set(
    filters.flatMap((text) => {
      const filter = parseFilter(text);
      return filter?.key === facet.key && filter.operator === 'eq' ? [filter.value] : [];
    }),
  );
}
