import { useTime } from '../time/time-context.tsx';
import { FacetPanel } from '../ui/facet-panel.tsx';
import { listOf } from '../ui/filter-bar.tsx';
import { toggleFilter } from '../url/attribute-filter.ts';
import type { LogsSearch } from './logs-search.ts';
import { severityOf } from './severity.ts';

interface LogFacetsProps {
  readonly search: LogsSearch;
  readonly change: (changed: { [K in keyof LogsSearch]?: LogsSearch[K] | undefined }) => void;
  readonly onClose: () => void;
}

/** What the records of the range have for keys and values; a click narrows the list. */
export function LogFacets({ search, change, onClose }: LogFacetsProps) {
  const { asked } = useTime();
  return (
    <FacetPanel
      signal="logs"
      asked={asked}
      service={search.service}
      filters={search.filter}
      fields={{ service: search.service, severity: undefined }}
      onClose={onClose}
      label={(facet, value) =>
        facet.source === 'field' && facet.key === 'severity'
          ? `${severityOf(Number(value))} (${value})`
          : value
      }
      onPick={(facet, value, operator) => {
        if (facet.source === 'attribute')
          change({
            filter: listOf(toggleFilter(search.filter, { key: facet.key, operator, value })),
            record: undefined,
          });
        else if (facet.key === 'service')
          change({ service: value === search.service ? undefined : value, record: undefined });
        else if (facet.key === 'severity') {
          const severity = severityOf(Number(value));
          change({ severity: severity === 'unset' ? undefined : severity, record: undefined });
        }
      }}
    />
  );
}
