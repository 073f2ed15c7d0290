import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { type RunDetail, type RunPage, runDetail } from './runs-query.ts';

/** Shows at once what was said about a run, wherever it is shown. */
export function keepEdited(client: QueryClient, edited: RunDetail): void {
  client.setQueryData(runDetail(edited.id).queryKey, edited);
  const { name, tags, notes } = edited;
  client.setQueriesData<InfiniteData<RunPage>>({ queryKey: ['runs', 'list'] }, (list) =>
    list === undefined
      ? list
      : {
          ...list,
          pages: list.pages.map((page) => ({
            ...page,
            rows: page.rows.map((row) => (row.id === edited.id ? { ...row, name, tags, notes } : row)),
          })),
        },
  );
}
