import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { ViewFrame } from '../shell/view-frame.tsx';
import { useTime } from '../time/time-context.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Failure } from '../ui/failure.tsx';
import { SendFirst } from '../ui/send-first.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { ServicePanel } from './service-panel.tsx';
import { ServiceTable } from './service-table.tsx';
import { serviceRows } from './services-query.ts';
import { SERVICES_SEARCH, type ServicesSearch } from './services-search.ts';

const route = getRouteApi('/services');

/** How much each service had to do, how often it failed, and how long it took. */
export function ServicesView() {
  const search = route.useSearch() as ServicesSearch;
  const { asked } = useTime();
  const navigate = useNavigate();
  const change = useCallback(
    (changed: Partial<ServicesSearch>) =>
      void navigate({ to: '/services', search: (before) => ({ ...before, ...changed }), replace: true }),
    [navigate],
  );
  const { data, error, isError, refetch } = useQuery(serviceRows(asked));
  return (
    <ViewFrame title="Services" search={SERVICES_SEARCH}>
      {isError && data === undefined && (
        <Failure what="The services could not be read" error={error} onRetry={() => void refetch()} />
      )}
      {!isError && data === undefined && <SkeletonRows rows={8} />}
      {data?.rows.length === 0 && (
        <EmptyState icon="services" title="No requests in this range">
          <p>Services appear once they send spans of the kind server or consumer.</p>
          <SendFirst signal="traces" />
        </EmptyState>
      )}
      {data !== undefined && data.rows.length > 0 && (
        <>
          <ServiceTable
            rows={data.rows}
            by="service"
            search={search}
            change={change}
            open={search.service}
            onOpen={(service) =>
              change({ service: service === search.service ? undefined : service, operation: undefined })
            }
          />
          {search.service !== undefined && (
            <ServicePanel key={search.service} service={search.service} search={search} change={change} />
          )}
        </>
      )}
    </ViewFrame>
  );
}
