import { tempFolder } from '../../e2e/support/temp-folder.ts';
import { textTable } from '../../scripts/text-table.ts';
import { showSpread, spreadOf } from '../support/spread.ts';
import { measureCeiling } from './ceiling.ts';
import { measureExporter } from './exporter.ts';
import type { Measured, Task } from './measured.ts';
import { measureOurs } from './ours.ts';
import { LOADS, type Load } from './requests.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const ITEMS = Number(process.env.BENCH_INGEST_ITEMS ?? 500_000);
const ONLY = process.env.BENCH_INGEST_LOADS?.split(',');

/** What a busy collector sends by its defaults: `send_batch_size` of its batch processor, `num_consumers` of its queue. */
const ITEMS_IN_REQUEST = 8_192;
const IN_FLIGHT = 10;

/**
 * Rows a second and processor time of three ways into the same tables, indexes and views, with the same items: the
 * explorer, the collector's exporter, and the engine alone with prepared rows. Every round measures all three.
 */
export async function measureIngest(): Promise<string> {
  const rows: string[][] = [];
  for (const load of LOADS.filter((one) => ONLY?.includes(one) ?? true))
    rows.push(...(await measureLoad(load)));
  return [
    textTable(
      [
        `${ITEMS} items, ${ITEMS_IN_REQUEST} a request`,
        'rows/s',
        'CPU s a million',
        'load maker',
        'MiB',
        'rate to ours',
        'CPU to ours',
      ],
      rows,
    ),
    `${ROUNDS} rounds, ${IN_FLIGHT} requests in flight.`,
  ].join('\n');
}

async function measureLoad(load: Load): Promise<string[][]> {
  const task: Task = { load, items: ITEMS, itemsInRequest: ITEMS_IN_REQUEST, inFlight: IN_FLIGHT };
  const measured = { ours: [] as Measured[], exporter: [] as Measured[], engine: [] as Measured[] };
  for (let round = 0; round < ROUNDS; round++) {
    await using folder = await tempFolder();
    measured.ours.push(await measureOurs(task, folder.path));
    measured.engine.push(await measureCeiling(task, folder.path));
    measured.exporter.push(await measureExporter(task));
  }
  const row = (name: string, ones: readonly Measured[]): string[] => {
    const show = (of: (one: Measured) => number, digits = 0) => showSpread(spreadOf(ones.map(of)), digits);
    const ratio = (of: (one: Measured) => number) =>
      showSpread(spreadOf(ones.map((one, round) => of(one) / of(measured.ours[round]!))), 2);
    return [
      `${load}: ${name}`,
      show((one) => ITEMS / one.seconds),
      show((one) => (one.cpuSeconds / ITEMS) * 1e6, 1),
      show((one) => (one.loadMakerCpuSeconds / ITEMS) * 1e6, 1),
      show((one) => one.residentMiB),
      ratio((one) => 1 / one.seconds),
      ratio((one) => one.cpuSeconds),
    ];
  };
  return [
    row('explorer', measured.ours),
    row('collector and clickhouseexporter', measured.exporter),
    row('engine alone', measured.engine),
  ];
}
