import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { seriousProblems } from './support/axe.ts';
import { type Sample, sendSample } from './support/sample-telemetry.ts';
import { type PageUnderTest, startPage } from './support/start-page.ts';
import { until } from './support/until.ts';

setDefaultTimeout(180_000);

let page: PageUnderTest;
let sample: Sample;

beforeAll(async () => {
  page = await startPage();
  sample = await sendSample(page.sender, { end: BigInt(Date.now()) * 1_000_000n });
});

afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
});

const ROWS = '.log-list .log-row';

test('the newest records, how many there are, and older ones when one scrolls', async () => {
  const tab = await page.open('/logs');
  await tab.locator(ROWS).first().waitFor();
  await tab.locator('.log-histogram canvas').waitFor();
  const counted = Number((await tab.locator('.log-histogram-head strong').textContent())!.replace(/,/g, ''));
  expect(counted).toBeGreaterThan(sample.logs * 0.95);
  expect(await tab.locator(ROWS).count()).toBeLessThan(120);
  const first = await tab.locator(`${ROWS} time`).first().getAttribute('datetime');
  const list = tab.locator('.log-list');
  await until(
    tab,
    `(() => { const list = document.querySelector('.log-list'); list.scrollTop = list.scrollHeight; return document.body.innerText.includes('The oldest record of this range'); })()`,
  );
  const last = await list.locator('time').last().getAttribute('datetime');
  expect(last! < first!).toBe(true);
  await tab.context().close();
});

test('a search finds and marks, and is in the address', async () => {
  const tab = await page.open('/logs');
  await tab.locator(ROWS).first().waitFor();
  await tab.keyboard.press('/');
  await tab.keyboard.type('out of memory');
  await tab.waitForURL(/q=out\+of\+memory/);
  await tab.locator('.log-list mark', { hasText: 'out of memory' }).first().waitFor();
  await tab.reload();
  await tab.locator('.log-list mark').first().waitFor();
  await tab.context().close();
});

test('a record opens by keys, its attributes filter, both ways', async () => {
  const tab = await page.open('/logs?severity=warn');
  await tab.locator(ROWS).first().waitFor();
  await tab.keyboard.press('j');
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/record=/);
  const details = tab.locator('.log-details');
  await details.waitFor();
  await tab.keyboard.press('Escape');
  await details.waitFor({ state: 'hidden' });
  await tab.locator(ROWS, { hasText: 'gradient norm' }).first().click();
  await details.getByRole('button', { name: /^Only gpu.id/ }).click();
  await tab.waitForURL(/filter=gpu.id:eq:/);
  await tab.getByRole('button', { name: /^Remove gpu.id = / }).click();
  await tab.waitForURL((url) => !url.search.includes('filter'));
  await tab.locator(ROWS, { hasText: 'gradient norm' }).first().click();
  await details.getByRole('button', { name: /^Without gpu.id/ }).click();
  await tab.waitForURL(/filter=gpu.id:ne:/);
  await tab.getByRole('button', { name: /^Remove gpu.id ≠ / }).waitFor();
  await tab.context().close();
});

test('keys and values narrow the list', async () => {
  const tab = await page.open('/logs');
  const facets = tab.getByRole('complementary', { name: 'Keys and values' });
  await facets.getByRole('button', { name: /^feature-store/ }).click();
  await tab.waitForURL(/service=feature-store/);
  await until(
    tab,
    `[...document.querySelectorAll('.log-list .log-service')].length > 0 && [...document.querySelectorAll('.log-list .log-service')].every((cell) => cell.textContent === 'feature-store')`,
  );
  await tab.context().close();
});

test('dragging over the histogram chooses the time', async () => {
  const tab = await page.open('/logs');
  const plot = tab.locator('.log-histogram .u-over');
  await plot.waitFor();
  const box = (await plot.boundingBox())!;
  await tab.mouse.move(box.x + box.width * 0.3, box.y + 20);
  await tab.mouse.down();
  await tab.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 5 });
  await tab.mouse.up();
  await tab.waitForURL(/from=20.*&to=20/);
  const { searchParams } = new URL(tab.url());
  const width = Date.parse(searchParams.get('to')!) - Date.parse(searchParams.get('from')!);
  expect(width / 3_600_000).toBeCloseTo(0.3, 1);
  await tab.context().close();
});

test('around a line, to its trace, to its run', async () => {
  const tab = await page.open('/logs?severity=fatal');
  await tab.locator(ROWS).first().click();
  await tab.getByRole('button', { name: 'Around this line' }).click();
  const dialog = tab.getByRole('dialog', { name: 'Around this line' });
  await dialog.locator('[data-marked] .log-row', { hasText: 'CUDA out of memory' }).waitFor();
  await dialog.locator('.log-row').nth(20).waitFor();
  await tab.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  expect(await tab.getByRole('link', { name: `Run ${sample.run}` }).getAttribute('href')).toStartWith(
    `/runs/${sample.run}`,
  );
  await tab.locator('.log-details').getByRole('link', { name: 'Trace' }).click();
  await tab.waitForURL(/\/traces\/[0-9a-f]{32}/);
  await tab.getByRole('complementary', { name: /^Span / }).waitFor();
  await tab.context().close();
});

test('a moment: the list opens there, has newer and older ones around it, and goes back to now', async () => {
  const records = (await (await fetch(`${page.url}/api/logs?from=now-2h&limit=10000`)).json()) as {
    rows: readonly { time: string }[];
  };
  const times = records.rows.map(({ time }) => time);
  const middle = times[Math.floor(times.length / 2)]!;
  // Of milliseconds, as a chart has it: the record itself is after it.
  const at = new Date(Date.parse(middle)).toISOString();
  const tab = await page.open(`/logs?at=${at}`);
  await tab.locator('.log-item[data-moment]').waitFor();
  await tab.waitForURL(/from=20.*to=20/);
  // As it is painted: lines that came above move the list at once, what is drawn of it follows before the next frame.
  const inSight = async () =>
    (await tab.evaluate(`new Promise((done) => requestAnimationFrame(() => {
      const { top, bottom } = document.querySelector('.log-list').getBoundingClientRect();
      done([...document.querySelectorAll('.log-list time')]
        .filter((time) => { const box = time.getBoundingClientRect(); return box.top >= top && box.bottom <= bottom; })
        .map(({ dateTime }) => dateTime));
    }))`)) as string[];
  await until(
    tab,
    `(() => { const list = document.querySelector('.log-list'); const line = list.querySelector('[data-moment]'); if (line === null) return false; const place = line.getBoundingClientRect().top - list.getBoundingClientRect().top; return list.scrollTop > 1000 && place > 60 && place < list.clientHeight / 2; })()`,
  );
  const seen = await inSight();
  const first = times.indexOf(seen[0]!);
  expect(seen).toEqual(times.slice(first, first + seen.length));
  expect(seen[0]! > at && seen.at(-1)! <= at).toBe(true);
  // Up to the newest of the range, page by page, and no line is left out or there twice.
  const top = times[0]!;
  await until(
    tab,
    `(() => { const list = document.querySelector('.log-list'); if (list.scrollTop > 0) list.scrollTop -= 400; return list.scrollTop === 0 && list.querySelector('time')?.dateTime === ${JSON.stringify(top)}; })()`,
  );
  const newest = await inSight();
  expect(newest).toEqual(times.slice(0, newest.length));
  await tab.getByRole('button', { name: 'Back to now' }).click();
  await tab.waitForURL((url) => url.search === '');
  await tab.locator(ROWS).first().waitFor();
  await tab.context().close();
});

test('a moment before all records, and one that is none', async () => {
  const before = await page.open('/logs?at=2020-01-01T00:00:00Z');
  await before.getByText('No logs in this range').waitFor();
  await before.getByRole('button', { name: 'Back to now' }).click();
  await before.locator(ROWS).first().waitFor();
  await before.context().close();
  const wrong = await page.open('/logs?at=now-1h');
  await wrong.locator(ROWS).first().waitFor();
  await wrong.getByRole('status').filter({ hasText: 'at' }).first().waitFor();
  await wrong.context().close();
});

test('what comes in is shown as it comes, and waits while somebody reads', async () => {
  const tab = await page.open('/logs?tail=true');
  await tab.locator('.badge', { hasText: 'Live' }).waitFor();
  const send = (body: string) =>
    page.sender.logs('trainer', [{ time: BigInt(Date.now()) * 1_000_000n, severity: 9, body }]);
  await send('came while it was followed');
  await tab.locator(ROWS, { hasText: 'came while it was followed' }).waitFor();
  await tab.locator('.log-list').hover();
  await tab.mouse.wheel(0, 600);
  await until(tab, `document.querySelector('.log-list').scrollTop > 100`);
  await send('came while somebody read');
  await tab.getByRole('button', { name: '1 new' }).click();
  await tab.locator(ROWS, { hasText: 'came while somebody read' }).waitFor();
  await tab.context().close();
});

test.each(['light', 'dark'] as const)('axe finds nothing serious in the %s theme', async (theme) => {
  const tab = await page.open('/logs?severity=warn', { theme });
  await tab.locator(ROWS).first().click();
  await tab.locator('.log-details').waitFor();
  expect(await seriousProblems(tab)).toEqual([]);
  await tab.context().close();
});

test('nothing was wrong in the console, nothing broke the policy, nobody else was asked', () => {
  expect(page.faults).toEqual([]);
});
