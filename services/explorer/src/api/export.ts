import { logPage, spanPage } from '@ml-otel/telemetry-store/queries';
import { Hono } from 'hono';
import * as v from 'valibot';
import { file, query } from './describe.ts';
import { allPages } from './export/all-pages.ts';
import { FORMAT } from './export/format.ts';
import { rowsResponse } from './export/rows-stream.ts';
import { type GroupColumns, queryMetric } from './metric-query.ts';
import { type ApiParts, ask } from './parts.ts';
import { LOG_FILTER, logFilter } from './schema/log-filter.ts';
import { LOG_RECORD, toLogRecordJson } from './schema/log-record.ts';
import { METRIC_QUERY } from './schema/metric-query.ts';
import { PAGING } from './schema/page.ts';
import { wholeParameter } from './schema/parameter.ts';
import { SPAN, toSpanJson } from './schema/span.ts';
import { SPAN_FILTER, spanFilter } from './schema/span-filter.ts';
import { stepped } from './schema/step.ts';
import { isoTime } from './schema/time.ts';
import { RANGE, rangeOf } from './schema/time-range.ts';

const TAG = 'export';

const MOST_ROWS = 10_000_000;

const LIST = {
  ...RANGE,
  format: FORMAT,
  order: PAGING.order,
  limit: v.optional(
    wholeParameter({ min: 1, max: MOST_ROWS }, { description: 'How many rows at most.' }),
    '1000000',
  ),
};

const LOG_COLUMNS = Object.keys(LOG_RECORD.entries);
const SPAN_COLUMNS = Object.keys(SPAN.entries);

/** Files of rows, however many: read page by page as they are taken. */
export function exportRoutes(parts: ApiParts) {
  return new Hono()
    .get(
      '/api/export/logs',
      file({ tag: TAG, summary: 'Log records as a file' }),
      query(v.strictObject({ ...LIST, ...LOG_FILTER })),
      (c) => {
        const asked = c.req.valid('query');
        const filter = { range: rangeOf(asked, parts.now()), ...logFilter(asked) };
        const pages = allPages(
          (page) =>
            ask(parts, c.req.raw, (store, context) => logPage(store, { ...filter, ...page }, context)),
          toLogRecordJson,
          asked,
        );
        return rowsResponse({ name: 'logs', columns: LOG_COLUMNS, format: asked.format, pages });
      },
    )
    .get(
      '/api/export/spans',
      file({ tag: TAG, summary: 'Spans as a file' }),
      query(v.strictObject({ ...LIST, ...SPAN_FILTER })),
      (c) => {
        const asked = c.req.valid('query');
        const filter = { range: rangeOf(asked, parts.now()), ...spanFilter(asked) };
        const pages = allPages(
          (page) =>
            ask(parts, c.req.raw, (store, context) => spanPage(store, { ...filter, ...page }, context)),
          toSpanJson,
          asked,
        );
        return rowsResponse({ name: 'spans', columns: SPAN_COLUMNS, format: asked.format, pages });
      },
    )
    .get(
      '/api/export/metrics',
      file({
        tag: TAG,
        summary: 'The values of a metric over time as a file: a row for each group and step',
      }),
      query(v.strictObject({ ...METRIC_QUERY.entries, format: FORMAT })),
      (c) => {
        const { format, ...asked } = c.req.valid('query');
        const { range, step } = stepped(asked.step, rangeOf(asked, parts.now()));
        const groupBy = asked.groupBy ?? [];
        const read = () =>
          ask(parts, c.req.raw, (store, context) => queryMetric(store, { ...asked, range, step }, context));
        const values =
          asked.aggregation === 'quantile' ? ['count', 'sum', ...asked.quantile.map(String)] : ['value'];
        return rowsResponse({
          name: 'metric',
          columns: ['time', ...groupBy, ...values],
          format,
          pages: groupRows(read, groupBy),
        });
      },
    );
}

/** A page for each group. */
async function* groupRows(
  read: () => Promise<readonly GroupColumns[]>,
  groupBy: readonly string[],
): AsyncGenerator<Record<string, unknown>[]> {
  for (const { group, times, columns } of await read()) {
    const labels = Object.fromEntries(groupBy.map((key, index) => [key, group[index]]));
    const names = Object.keys(columns);
    yield times.map((time, row) => ({
      ...labels,
      time: isoTime(BigInt(Math.round(time * 1e3)) * 1_000n),
      ...Object.fromEntries(names.map((name) => [name, columns[name]![row]])),
    }));
  }
}
