import type { Browser } from 'playwright-core';
import { launchChromium } from '../../e2e/page/support/launch-chromium.ts';
import { textTable } from '../../scripts/text-table.ts';
import { showSpread, spreadOf } from '../support/spread.ts';
import type { Contestant } from './contestant.ts';
import { startExplorer } from './ours/explorer.ts';
import { startMlflow } from './peers/mlflow.ts';
import { startTensorboard } from './peers/tensorboard.ts';
import { startTrackio } from './peers/trackio.ts';
import type { Scale } from './scale.ts';
import { type Visit, visit } from './visit.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SCALE: Scale = {
  steps: Number(process.env.BENCH_PAGE_STEPS ?? 1_000_000),
  runs: Number(process.env.BENCH_PAGE_RUNS ?? 1_000),
};
const ONLY = process.env.BENCH_PAGE_PEERS?.split(',');

/** What does not come within this is said to be missing. */
const LIMIT_MILLIS = 120_000;

const PEERS: Readonly<Record<string, (scale: Scale) => Promise<Contestant>>> = {
  tensorboard: startTensorboard,
  mlflow: startMlflow,
  trackio: startTrackio,
};

/**
 * A long run with nine metrics, and a list of short runs, in the explorer and in what people open today: the same curves in
 * each one's own store, the same browser, every visit the first one. Each round visits all.
 */
export async function measurePage(): Promise<string> {
  await using scope = new AsyncDisposableStack();
  const contestants: Contestant[] = [];
  for (const start of [
    startExplorer,
    ...Object.keys(PEERS)
      .filter((name) => ONLY?.includes(name) ?? true)
      .map((name) => PEERS[name]!),
  ])
    contestants.push(scope.use(await start(SCALE)));
  const browser = await launchChromium();
  scope.defer(() => browser.close());
  const run = await measure(browser, contestants, 'run');
  const list = await measure(browser, contestants, 'list');
  return [
    textTable(
      [`${SCALE.steps} steps of 9 metrics`, ...COLUMNS],
      contestants.map(({ name }, i) => [name, ...cells(run[i]!, run[0]!)]),
    ),
    textTable(
      ['its zoom', ...ZOOM_COLUMNS],
      contestants.map(({ name }, i) => [name, ...zoomCells(run[i]!)]),
    ),
    textTable(
      [`${SCALE.runs} runs`, ...COLUMNS],
      contestants.map(({ name }, i) => [name, ...cells(list[i]!, list[0]!)]),
    ),
    `${ROUNDS} rounds; ${browser.browserType().name()} ${browser.version()}.`,
  ].join('\n\n');
}

const COLUMNS = ['drawn s', 'to ours', 'MB', 'to ours', 'scripts MB', 'heap MB'];

const ZOOM_COLUMNS = ['first frame ms', 'last change ms', 'a deeper one: first frame ms', 'last change ms'];

/** For each contestant its visits, one a round. */
async function measure(
  browser: Browser,
  contestants: readonly Contestant[],
  view: 'run' | 'list',
): Promise<Visit[][]> {
  const visits: Visit[][] = contestants.map(() => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, contestant] of contestants.entries()) {
      const visited = await visit(browser, contestant[view], LIMIT_MILLIS);
      visits[i]!.push(visited);
      // It takes minutes: a sign of life, and what is left where it ends before its time.
      console.error(`${view} ${round + 1}/${ROUNDS} ${contestant.name} ${JSON.stringify(visited)}`);
    }
  return visits;
}

function cells(visits: readonly Visit[], ours: readonly Visit[]): string[] {
  const show = (of: (one: Visit) => number | undefined, digits: number) => {
    const values = visits.map(of).filter((value) => value !== undefined);
    if (values.length < visits.length)
      return `missing in ${visits.length - values.length} of ${visits.length}`;
    return showSpread(spreadOf(values), digits);
  };
  const ratio = (of: (one: Visit) => number | undefined) => {
    const ratios = visits.map((one, round) => (of(one) ?? Number.NaN) / (of(ours[round]!) ?? Number.NaN));
    return ratios.some(Number.isNaN) ? '' : showSpread(spreadOf(ratios), 1);
  };
  const seconds = ({ drawnMillis }: Visit) => (drawnMillis === undefined ? undefined : drawnMillis / 1_000);
  const megabytes = ({ bytes }: Visit) => bytes / 1e6;
  return [
    show(seconds, 2),
    ratio(seconds),
    show(megabytes, 2),
    ratio(megabytes),
    show(({ scriptBytes }) => scriptBytes / 1e6, 2),
    show(({ heapBytes }) => heapBytes / 1e6, 1),
  ];
}

function zoomCells(visits: readonly Visit[]): string[] {
  const show = (of: (one: Visit) => number | undefined) => {
    const millis = visits.flatMap((one) => of(one) ?? []);
    if (millis.length === 0) return '';
    const missing = millis.length < visits.length ? `, ${visits.length - millis.length} missing` : '';
    return showSpread(spreadOf(millis)) + missing;
  };
  return [
    show(({ zoom }) => zoom?.first),
    show(({ zoom }) => zoom?.last),
    show(({ deeper }) => deeper?.first),
    show(({ deeper }) => deeper?.last),
  ];
}
