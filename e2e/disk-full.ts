/**
 * What the explorer answers while its disk is full, and whether all that it answered for is there when there is room again,
 * and after a kill. The folder must be on a small file system of its own, which is filled:
 *
 *     unshare -Urm sh -c 'mount -t tmpfs -o size=256m tmpfs /mnt && bun e2e/disk-full.ts --folder /mnt'
 */
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { waitUntil } from '../scripts/wait-until.ts';
import { countRows } from './support/kill-under-load/count-rows.ts';
import { Explorer } from './support/kill-under-load/explorer.ts';
import { type Load, startLoad } from './support/kill-under-load/load.ts';
import { faultsOf, report } from './support/kill-under-load/report.ts';

const LARGEST_BYTES = 2 ** 30;
/** So many answers of a full disk are looked at, for so long at least. */
const ANSWERS = 30;
const FULL_MILLIS = 10_000;

const { values } = parseArgs({ options: { folder: { type: 'string' } } });
if (values.folder === undefined || sizeOf(values.folder) > LARGEST_BYTES) {
  console.error('--folder must be on a file system of its own of at most 1 GiB: it is filled.');
  process.exitCode = 2;
} else {
  process.exitCode = await main(values.folder);
}

async function main(folder: string): Promise<number> {
  const store = join(folder, 'store');
  const explorer = await Explorer.on(store);
  try {
    return await fillAndEmpty(folder, store, explorer);
  } catch (error) {
    console.error(explorer.lines.slice(-20).join('\n'));
    throw error;
  }
}

async function fillAndEmpty(folder: string, store: string, explorer: Explorer): Promise<number> {
  explorer.begin();
  await explorer.ready();
  const load = startLoad(explorer.ports);
  await progress(load);

  const ballast = join(folder, 'ballast');
  fill(ballast);
  await Bun.sleep(FULL_MILLIS);
  await waitUntil(() => laterAnswers(load) >= ANSWERS, { what: `${ANSWERS} answers while the disk is full` });
  rmSync(ballast);
  console.error('There is room again.');
  await progress(load);

  await explorer.kill9();
  explorer.begin();
  await explorer.ready();
  await load.end();
  const lastCode = await explorer.stop();
  const counts = await countRows(store, load.ledger);
  const findings = { ledger: load.ledger, counts, lastCode };
  console.log(report(findings));
  const faults = faultsOf(findings);
  console.log(faults.length === 0 ? 'Nothing that was answered for is missing.' : faults.join('\n'));
  return faults.length === 0 ? 0 : 1;
}

function sizeOf(folder: string): number {
  const { blocks, bsize } = statfsSync(folder);
  return blocks * bsize;
}

/** Writes until nothing fits any more, and leaves it so. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let bytes = 2 ** 20; bytes >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(bytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        bytes = bytes >> 1;
      }
    }
  } finally {
    closeSync(file);
  }
}

/** Resolves when each signal has had two more requests answered with success. */
async function progress({ ledger }: Load): Promise<void> {
  const sizes = () => Object.values(ledger.taken).map(({ size }) => size);
  const before = sizes();
  await waitUntil(() => sizes().every((size, signal) => size >= before[signal]! + 2), {
    what: 'requests of each signal to be taken',
    timeoutMs: 120_000,
  });
}

function laterAnswers({ ledger }: Load): number {
  return [...ledger.later.values()].reduce((sum, count) => sum + count, 0);
}
