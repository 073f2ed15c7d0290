import { useTime } from '../time/time-context.tsx';
import { FacetPanel } from '../ui/facet-panel.tsx';
import { listOf } from '../ui/filter-bar.tsx';
import { toggleFilter } from '../url/attribute-filter.ts';
import type { TracesSearch } from './traces-search.ts';

interface TraceFacetsProps {
  readonly search: TracesSearch;
  readonly change: (changed: Partial<TracesSearch>) => void;
  readonly onClose: () => void;
}

/** The field of a span, and the name under which the address has it. */
const FIELDS = { service: 'service', name: 'operation', status: 'status' } as const;

/** What the spans of the range have for keys and values; a click narrows the list. */
export function TraceFacets({ search, change, onClose }: TraceFacetsProps) {
  const { asked } = useTime();
  return (
    <FacetPanel
      signal="traces"
      asked={asked}
      service={search.service}
      filters={search.filter}
      fields={{ service: search.service, name: search.operation, status: search.status }}
      onClose={onClose}
      onPick={({ source, key }, value, operator) => {
        if (source === 'attribute')
          return change({ filter: listOf(toggleFilter(search.filter, { key, operator, value })) });
        const name = FIELDS[key as keyof typeof FIELDS];
        change({ [name]: value === search[name] ? undefined : value });
      }}
    />
  );
}
