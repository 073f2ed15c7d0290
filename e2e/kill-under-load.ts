/**
 * Is anything lost that the explorer answered for? Clients of both protocols send all three signals without a pause, while
 * the explorer is killed with SIGKILL and started again, in its work and in its start. At the end every row that was
 * answered for is looked for in the store. `bun e2e/kill-under-load.ts --help`
 */
import { parseArgs } from 'node:util';
import { randomNumbers } from '../scripts/random-numbers.ts';
import { countRows } from './support/kill-under-load/count-rows.ts';
import { Explorer } from './support/kill-under-load/explorer.ts';
import { startLoad } from './support/kill-under-load/load.ts';
import { faultsOf, report } from './support/kill-under-load/report.ts';
import { tempFolder } from './support/temp-folder.ts';

const USAGE = `Usage: bun e2e/kill-under-load.ts [options]

  --kills N      default 50
  --seed N       of the moments of the kills; default: the time
  --clients N    for each of three signals and two protocols; default 6
  --help

Exits with 1 when a row is missing that was answered for, a point of a curve is read twice, or the explorer gave an
answer or an end that it should not.`;

/** Longest time from serving, or from its start, to the kill. */
const WORK_MILLIS = 3_000;
const START_MILLIS = 2_500;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    clients: { type: 'string', default: '6' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
} else {
  const [kills, seed, perSignal] = [values.kills, values.seed, values.clients].map(Number);
  process.exitCode = await main(kills!, seed!, perSignal!);
}

async function main(kills: number, seed: number, perSignal: number): Promise<number> {
  await using folder = await tempFolder();
  const explorer = await Explorer.on(folder.path);
  const load = startLoad(explorer.ports, { perSignal });
  console.error(`${kills} kills, seed ${seed}, ${load.clients} clients`);
  const moments = await killOften(explorer, kills, randomNumbers(seed));
  await load.end();
  const lastCode = await explorer.stop();
  const counts = await countRows(folder.path, load.ledger);
  const findings = { ledger: load.ledger, counts, lastCode };
  console.log(report(findings));
  console.log(`\n${moments.inStart} kills while it started, ${moments.inWork} while it worked.`);
  const faults = faultsOf(findings);
  console.log(faults.length === 0 ? 'Nothing that was answered for is missing.' : faults.join('\n'));
  return faults.length === 0 ? 0 : 1;
}

/** Every fourth kill, and the first two, which hit the migration of an empty store, may come before it serves. Ends serving. */
async function killOften(explorer: Explorer, kills: number, random: () => number) {
  const moments = { inStart: 0, inWork: 0 };
  for (let kill = 0; kill < kills; kill++) {
    const early = kill < 2 || random() < 0.25;
    let serves = false;
    explorer.begin();
    const ready = explorer.ready().then(() => {
      serves = true;
    });
    ready.catch(() => {});
    if (!early) await ready;
    await Bun.sleep(random() * (early ? START_MILLIS : WORK_MILLIS));
    moments[serves ? 'inWork' : 'inStart']++;
    const code = await explorer.kill9();
    if (code !== 137) throw new Error(`The explorer had ended with ${code}:\n${explorer.lines.join('\n')}`);
    if (kill % 10 === 9) console.error(`${kill + 1} kills`);
  }
  explorer.begin();
  await explorer.ready();
  return moments;
}
