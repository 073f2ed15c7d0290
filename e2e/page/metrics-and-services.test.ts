import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { seriousProblems } from './support/axe.ts';
import { sendSample } from './support/sample-telemetry.ts';
import { type PageUnderTest, startPage } from './support/start-page.ts';
import { until } from './support/until.ts';

setDefaultTimeout(180_000);

let page: PageUnderTest;

beforeAll(async () => {
  page = await startPage();
  await sendSample(page.sender, { end: BigInt(Date.now()) * 1_000_000n });
});

afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
});

test('the catalogue is searched, and a metric opened', async () => {
  const tab = await page.open('/metrics');
  await tab.locator('.catalogue-item').first().waitFor();
  await tab.keyboard.press('/');
  await tab.keyboard.type('memory');
  const item = tab.getByRole('button', { name: /system\.memory\.usage/ });
  await item.waitFor();
  await until(tab, `document.querySelectorAll('.catalogue-item').length === 1`);
  await item.click();
  await tab.waitForURL(/metric=system.memory.usage/);
  await tab.locator('.metric-chart canvas').waitFor();
  await tab.context().close();
});

test('a gauge by group, one of them filtered; values have their unit', async () => {
  const tab = await page.open('/metrics?metric=system.memory.usage');
  await tab.getByRole('textbox', { name: 'Group by an attribute' }).fill('host');
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/by=host/);
  await tab.locator('.legend').getByText('node-a').waitFor();
  await tab.locator('.legend').getByText('node-b').waitFor();
  expect(await tab.locator('.metric-chart figcaption').textContent()).toMatch(/node-a: last [\d.]+ GB/);
  await tab.getByRole('textbox', { name: /^Add an attribute filter/ }).fill('host != node-a');
  await tab.keyboard.press('Enter');
  await tab.locator('.legend').getByText('node-a').waitFor({ state: 'hidden' });
  await tab.context().close();
});

test('a counter is a rate, a histogram quantiles', async () => {
  const counter = await page.open('/metrics?metric=http.server.requests');
  expect(await counter.getByRole('combobox', { name: 'Aggregation' }).inputValue()).toBe('rate');
  await counter.locator('.metric-chart figcaption', { hasText: 'request/s' }).waitFor({ state: 'attached' });
  await counter.context().close();
  const histogram = await page.open('/metrics?metric=http.server.request.duration');
  for (const quantile of ['p50', 'p90', 'p99'])
    await histogram.locator('.legend').getByText(quantile).waitFor();
  await histogram.getByRole('combobox', { name: 'Aggregation' }).selectOption('rate');
  await histogram
    .locator('.metric-chart figcaption', { hasText: /all: last [\d.]+ \/s/ })
    .waitFor({ state: 'attached' });
  await histogram.context().close();
});

test('an exponential histogram and a summary have quantiles, too', async () => {
  const histogram = await page.open('/metrics?metric=data.batch.duration');
  for (const quantile of ['p50', 'p90', 'p99'])
    await histogram.locator('.legend').getByText(quantile).waitFor();
  expect(await histogram.locator('.metric-chart figcaption').textContent()).toMatch(
    /p50: last 1\d(\.\d+)? ms/,
  );
  await histogram.context().close();
  const summary = await page.open('/metrics?metric=gc.pause');
  for (const quantile of ['p50', 'p99']) await summary.locator('.legend').getByText(quantile).waitFor();
  expect(await summary.locator('.metric-chart figcaption').textContent()).toMatch(
    /p99: last [23]\d(\.\d+)? ms/,
  );
  await summary.context().close();
});

test('services: figures, one of them over time, its operations, the traces behind', async () => {
  const tab = await page.open('/services');
  const table = tab.getByRole('region', { name: 'Services' });
  await table.getByRole('button', { name: 'train-api' }).waitFor();
  await table.getByRole('img', { name: 'Requests of trainer over time' }).waitFor();
  await table.getByRole('button', { name: 'p99' }).click();
  await tab.waitForURL(/sort=p99/);
  await table.getByRole('button', { name: 'train-api' }).click();
  await tab.locator('.service-charts canvas').nth(2).waitFor();
  const operations = tab.getByRole('region', { name: 'Operations' });
  await operations.getByRole('button', { name: 'POST /v1/train' }).click();
  await tab.waitForURL(/operation=POST/);
  await operations
    .getByRole('row', { name: /POST \/v1\/train / })
    .getByRole('link', { name: /traces/i })
    .click();
  await tab.waitForURL(/\/traces\?.*service=train-api/);
  await tab.locator('.trace-row').first().waitFor();
  await tab.context().close();
});

test.each(['light', 'dark'] as const)('axe finds nothing serious in the %s theme', async (theme) => {
  const metrics = await page.open('/metrics?metric=http.server.request.duration', { theme });
  await metrics.locator('.metric-chart canvas').waitFor();
  expect(await seriousProblems(metrics)).toEqual([]);
  await metrics.context().close();
  const services = await page.open('/services?service=train-api', { theme });
  await services.locator('.service-charts canvas').nth(2).waitFor();
  expect(await seriousProblems(services)).toEqual([]);
  await services.context().close();
});

test('nothing was wrong in the console, nothing broke the policy, nobody else was asked', () => {
  expect(page.faults).toEqual([]);
});
