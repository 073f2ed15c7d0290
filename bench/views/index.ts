import { batchToken, insertStatement } from '../../packages/telemetry-store/src/ingest/insert-statements.ts';
import { openMigrated } from '../../packages/telemetry-store/src/ingest/testing/open-store.ts';
import { textTable } from '../../scripts/text-table.ts';
import { LOAD_OF, type Load, makeRequests } from '../ingest/requests.ts';
import { showSpread, spreadOf } from '../support/spread.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
/** What is opened and compiled once is no cost of an insert. */
const WARM_UP_ROUNDS = 3;
const SMALL_ITEMS = 5;
const ITEMS = 32_768;
const ITEMS_IN_REQUEST = 8_192;

/** What is dropped, one after the other; those that read from a dropped view's table go with it. */
const DROPS: readonly { readonly load: Load; readonly views: readonly (readonly string[])[] }[] = [
  {
    load: 'spans',
    views: [['otel_traces_facets_mv'], ['otel_traces_minutes_mv', 'otel_traces_trace_id_ts_mv']],
  },
  { load: 'logs', views: [['otel_logs_facets_mv'], ['training_runs_events_mv']] },
  {
    load: 'training',
    views: [
      ['training_cells_mv'],
      ['training_runs_points_mv', 'training_series_mv'],
      ['training_epochs_mv', 'training_points_mv'],
    ],
  },
];

/**
 * Processor time of an insert of the explorer's own, without background merges: of five items, and for each item of a
 * batch; with all views, and after each drop.
 */
export async function measureViews(): Promise<string> {
  const rows: string[][] = [];
  for (const { load, views } of DROPS) {
    await using store = await openMigrated();
    const { connection } = store;
    await connection.command('SYSTEM STOP MERGES');
    const { signal } = LOAD_OF[load];
    const measure = async (items: number, unit: number): Promise<string> => {
      const body = Buffer.concat(makeRequests(load, items, ITEMS_IN_REQUEST));
      const seconds: number[] = [];
      for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
        const statement = insertStatement(signal, body, batchToken(Date.now(), crypto.randomUUID()));
        const before = process.cpuUsage();
        await connection.insertBytes(statement);
        const { user, system } = process.cpuUsage(before);
        if (round >= 0) seconds.push((user + system) / unit);
      }
      return showSpread(spreadOf(seconds), 1);
    };
    const add = async (name: string) =>
      rows.push([name, await measure(SMALL_ITEMS, 1_000), await measure(ITEMS, ITEMS)]);
    await add(`${load}: all views`);
    for (const dropped of views) {
      for (const view of dropped) await connection.command(`DROP TABLE ${view}`);
      await add(`${load}: − ${dropped.join(', ')}`);
    }
  }
  return [
    textTable(['dropped', `ms of ${SMALL_ITEMS} items`, `µs an item of ${ITEMS}`], rows),
    `${ROUNDS} inserts each, in one process with the engine, merges stopped.`,
  ].join('\n');
}
