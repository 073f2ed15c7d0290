import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { pointAt } from './support/sample-runs.ts';
import { type PageUnderTest, startPage } from './support/start-page.ts';
import { until } from './support/until.ts';

setDefaultTimeout(300_000);

const SECOND = 1_000_000_000n;
const START = (BigInt(Date.now()) / 1_000n - 3_600n) * SECOND;
const RUNS = Array.from({ length: 100 }, (_, i) => `sweep-${String(i).padStart(3, '0')}`);
const KEYS = Array.from({ length: 200 }, (_, i) => `layer${String(i).padStart(3, '0')}.norm`);

let page: PageUnderTest;

beforeAll(async () => {
  page = await startPage();
  for (const [i, id] of RUNS.entries()) {
    const run = { id, model: 'm', dataset: 'd', start: START };
    const metrics = KEYS.map((key, k) => ({
      name: `ml.training.${key}`,
      gauge: { dataPoints: [1, 2, 3].map((step) => pointAt(run, { step, at: step, value: k * 100 + i })) },
    }));
    await page.sender.metrics('trainer', metrics);
  }
});

afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
});

const address = `/compare?${RUNS.map((id) => `runs=${id}`).join('&')}`;
const caption = (key: string) =>
  `(document.querySelector('[data-metric="ml.training.${key}"] figcaption')?.textContent ?? '')`;
const spread = (key: string) =>
  `(document.querySelector('[data-metric="ml.training.${key}"] output')?.textContent ?? '')`;

/** The page, and what it asked so far. */
async function open(path: string): Promise<{ tab: Page; asked: URL[] }> {
  const tab = await page.open('/compare');
  const asked: URL[] = [];
  tab.on('request', (request) => asked.push(new URL(request.url())));
  await tab.goto(page.url + path);
  await tab.getByRole('button', { name: `Charts ${KEYS.length}` }).waitFor();
  await until(tab, `${caption(KEYS[0]!)} !== ''`);
  return { tab, asked };
}

const series = (asked: readonly URL[]) => asked.filter(({ pathname }) => pathname.endsWith('/series'));

test('a hundred runs of two hundred metrics: the chart of one is a request, with the curves of all', async () => {
  const { tab, asked } = await open(address);
  await until(tab, `${spread(KEYS[1]!)} === '100 – 199'`);
  expect(await tab.evaluate(spread(KEYS[0]!))).toBe('0 – 99');
  expect(await tab.evaluate(caption(KEYS[0]!))).toContain('and 97 more');
  const first = series(asked).filter(({ searchParams }) =>
    searchParams.getAll('metric').includes(`ml.training.${KEYS[0]}`),
  );
  expect(first.map(({ searchParams }) => searchParams.getAll('run').length)).toEqual([RUNS.length - 1]);
  await tab.context().close();
});

test.each([0, 42, 99])('the curves of run %d are its own', async (shown) => {
  const hidden = RUNS.filter((_, i) => i !== shown);
  const { tab } = await open(`${address}&${hidden.map((id) => `hidden=${id}`).join('&')}`);
  for (const k of [0, 1, 2]) {
    const value = k * 100 + shown;
    await until(tab, `${caption(KEYS[k]!)}.includes('${RUNS[shown]}: from ${value} to ${value},')`);
  }
  await tab.context().close();
});

test('from the first metric to the last: only charts in sight exist, names come once', async () => {
  const { tab, asked } = await open(address);
  const canvases = `document.querySelectorAll('canvas').length`;
  for (let part = 0; part < 1; part += 0.05) {
    await tab
      .locator('.chart-grid')
      .evaluate((grid, at) => grid.scrollTo(0, (grid.scrollHeight - grid.clientHeight) * at), part);
    await until(tab, `document.querySelectorAll('.chart-card').length > 0`);
    expect(await tab.evaluate(canvases)).toBeLessThan(40);
  }
  await tab.locator('.chart-grid').evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
  await until(tab, `${spread(KEYS.at(-1)!)} !== ''`);
  expect(await tab.evaluate(canvases)).toBeLessThan(40);
  const metrics = series(asked).flatMap(({ searchParams }) => searchParams.getAll('metric'));
  expect(series(asked).length).toBeLessThan(KEYS.length / 2);
  expect(metrics.length).toBeLessThan(KEYS.length * 2);
  expect(asked.filter(({ pathname }) => pathname.endsWith('/metrics/names'))).toHaveLength(1);
  await tab.context().close();
});

test('a name is found among all of them', async () => {
  const { tab } = await open(address);
  await tab.getByLabel('Find metrics').fill('layer150');
  await until(
    tab,
    `${caption('layer150.norm')} !== '' && document.querySelectorAll('.chart-card').length === 1`,
  );
  await tab.context().close();
});

test('a value of one step is seen among more curves than there is room for bands of', async () => {
  const ids = Array.from({ length: 14 }, (_, i) => `long-${i}`);
  // Within a bucket, whose first and last value are what a line shows.
  const [steps, spike] = [6_000, 4_207];
  for (const [i, id] of ids.entries()) {
    const run = { id, model: 'm', dataset: 'd', start: START - 7_200n * SECOND };
    const dataPoints = Array.from({ length: steps }, (_, step) =>
      pointAt(run, { step, at: step, value: i === 3 && step === spike ? 100 : Math.sin(step) + i }),
    );
    await page.sender.metrics('trainer', [{ name: 'ml.training.loss', gauge: { dataPoints } }]);
  }
  const tab = await page.open(`/compare?${ids.map((id) => `runs=${id}`).join('&')}`);
  await until(tab, `${spread('loss')} !== ''`);
  /** Which columns of the chart have colour in its upper half, as shares of its width. */
  const high = `(() => {
    const canvas = document.querySelector('[data-metric="ml.training.loss"] canvas');
    const [w, h] = [canvas.width, Math.floor(canvas.height / 2)];
    // A copy that is made to be read: of one that is not the browser complains, from the second time on.
    const copy = new OffscreenCanvas(w, h).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, w, h);
    const columns = new Set();
    for (let at = 0; at < data.length; at += 4) {
      const [r, g, b, a] = data.subarray(at, at + 4);
      if (a > 0 && Math.max(r, g, b) - Math.min(r, g, b) > 60) columns.add(((at / 4) % w) / w);
    }
    return [...columns].sort((a, b) => a - b);
  })()`;
  await until(tab, `${high}.length > 0`);
  const columns = (await tab.evaluate(high)) as number[];
  expect(columns.length).toBeLessThan(10);
  // Axis and padding take some of its width.
  for (const column of columns) expect(Math.abs(column - spike / steps)).toBeLessThan(0.12);
  await tab.context().close();
});

test('nothing was wrong in the console, nobody else was asked', () => {
  expect(page.faults).toEqual([]);
});
