/**
 * The embedded engine alone, in a process of its own: `bun engine-child.ts <folder> <JSON of an EngineOrder>`. Prints one
 * line of JSON when it is done, and stays until it is killed, so that its merges can be waited for.
 */
import { openMigratedEmbedded, readMigrations } from '@ml-otel/telemetry-store';
import { cpuSeconds } from '../../e2e/support/process-usage.ts';
import { MIGRATIONS } from '../../packages/telemetry-store/src/testing/migrated-folder.ts';

export type EngineOrder =
  | { readonly kind: 'count'; readonly table: string }
  /** Writes the newest `rows` of the table into files of Native blocks, in the order of their times. */
  | {
      readonly kind: 'export';
      readonly table: string;
      readonly time: string;
      readonly files: readonly { readonly path: string; readonly from: number; readonly rows: number }[];
    }
  /** Inserts the files one after the other; the clock starts after the first, which warms up. */
  | {
      readonly kind: 'insert';
      readonly table: string;
      readonly warmUp: string;
      readonly files: readonly string[];
    };

export interface EngineResult {
  readonly rows: number;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly finished: number;
  /** Of the process, when the clock started. */
  readonly cpuBeforeSeconds: number;
}

const [folder, text] = process.argv.slice(2);
const order = JSON.parse(text ?? '') as EngineOrder;
const connection = await openMigratedEmbedded(folder!, readMigrations(MIGRATIONS));
const columns = await connection.query<{ name: string }>(
  `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String}
   AND default_kind != 'MATERIALIZED' ORDER BY position`,
  { params: { table: order.table } },
);
const list = columns.map(({ name }) => `\`${name}\``).join(', ');
const count = async () =>
  Number((await connection.query<{ n: string }>(`SELECT count() AS n FROM ${order.table}`))[0]!.n);

const insert = (path: string) =>
  connection.command(
    `INSERT INTO ${order.table} (${list}) FROM INFILE '${path.replaceAll("'", "\\'")}' FORMAT Native`,
  );

if (order.kind === 'insert') await insert(order.warmUp);
const cpuBeforeSeconds = cpuSeconds(process.pid);
const started = Date.now();
if (order.kind === 'insert') for (const path of order.files) await insert(path);
if (order.kind === 'export') {
  await connection.command(
    `CREATE TABLE bench_rows ENGINE = MergeTree ORDER BY n AS
     SELECT ${list}, rowNumberInAllBlocks() AS n FROM (SELECT ${list} FROM ${order.table} ORDER BY ${order.time})`,
    { settings: { max_threads: 1 } },
  );
  for (const { path, from, rows } of order.files) {
    await connection.command(
      `INSERT INTO FUNCTION file({path:String}, 'Native') SELECT ${list} FROM bench_rows
       WHERE n >= {from:UInt64} AND n < {to:UInt64} ORDER BY n`,
      { params: { path, from, to: from + rows } },
    );
  }
}
const finished = Date.now();
const result: EngineResult = { rows: await count(), started, finished, cpuBeforeSeconds };
console.log(JSON.stringify(result));
process.on('SIGTERM', async () => {
  await connection.close();
  process.exit(0);
});
setInterval(() => {}, 60_000);
