import { pointAt, sendRun } from '../../e2e/page/support/sample-runs.ts';
import { startPage } from '../../e2e/page/support/start-page.ts';
import { textTable } from '../../scripts/text-table.ts';
import { showSpread, spreadOf } from '../support/spread.ts';

const POINTS = Number(process.env.BENCH_LIVE_POINTS ?? 50);
/** So that a point meets the page at any moment of what it does in turns. */
const STEPS_OF_PAUSE = 7;
const MOST_MILLIS = 30_000;

/** How long after a point was answered for, and after it was sent, an open page has it drawn. */
export async function measureLive(): Promise<string> {
  await using page = await startPage();
  const start = BigInt(Date.now() - 600_000) * 1_000_000n;
  const run = { id: 'live', model: 'vit-b/16', dataset: 'imagenet', start, steps: 500, seed: 9 };
  await sendRun(page.sender, run);
  const tab = await page.open('/runs/live');
  await tab.locator('.badge', { hasText: 'Live' }).waitFor();
  const last = tab.locator('.chart-card', { hasText: 'loss' }).first().locator('output');
  await last.waitFor();
  const sent: number[] = [];
  const answered: number[] = [];
  for (let i = 1; i <= POINTS; i++) {
    const step = run.steps + i;
    const value = step / 10;
    const point = pointAt(run, { step, at: step, value });
    const began = performance.now();
    await page.sender.metrics('trainer', [{ name: 'ml.training.loss', gauge: { dataPoints: [point] } }]);
    const stored = performance.now();
    await last
      .filter({ hasText: new RegExp(`^${String(value).replace('.', '\\.')}$`) })
      .waitFor({ timeout: MOST_MILLIS });
    const drawn = performance.now();
    sent.push(drawn - began);
    answered.push(drawn - stored);
    await Bun.sleep(130 * (1 + (i % STEPS_OF_PAUSE)));
  }
  return [
    textTable(
      ['ms until it is drawn', 'median (least–most)'],
      [
        ['after it was sent', showSpread(spreadOf(sent))],
        ['after it was stored', showSpread(spreadOf(answered))],
      ],
    ),
    `${POINTS} points, one after the other, of a run whose page is open.`,
  ].join('\n');
}
