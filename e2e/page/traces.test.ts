import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { seriousProblems } from './support/axe.ts';
import { type Sample, sendLongTrace, sendSample } from './support/sample-telemetry.ts';
import { type PageUnderTest, startPage } from './support/start-page.ts';
import { until } from './support/until.ts';

setDefaultTimeout(180_000);

let page: PageUnderTest;
let sample: Sample;
let long: string;

beforeAll(async () => {
  page = await startPage();
  const end = BigInt(Date.now()) * 1_000_000n;
  sample = await sendSample(page.sender, { end });
  long = await sendLongTrace(page.sender, { end, spans: 10_000 });
});

afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
});

test('search by service, operation, status and duration', async () => {
  const tab = await page.open('/traces');
  await tab.locator('.trace-row').first().waitFor();
  await tab.getByRole('combobox', { name: 'Service' }).fill('train-api');
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/service=train-api/);
  await tab.getByRole('combobox', { name: 'Operation' }).click();
  await tab.getByRole('option', { name: 'POST /v1/train' }).click();
  await tab.waitForURL(/operation=POST/);
  await tab.getByRole('combobox', { name: 'Status' }).selectOption('Error');
  await tab.getByRole('textbox', { name: 'Shortest duration' }).fill('50 ms');
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/min=50ms/);
  await until(
    tab,
    `[...document.querySelectorAll('.trace-row')].length > 0 && [...document.querySelectorAll('.trace-row')].every((row) => row.textContent.includes('POST /v1/train') && row.textContent.includes('error'))`,
  );
  await tab.context().close();
});

test('a dot of the scatter leads to its trace', async () => {
  const tab = await page.open('/traces?min=1m');
  await tab.locator('.trace-row').first().waitFor();
  const plot = tab.locator('.trace-scatter .u-over');
  const box = (await plot.boundingBox())!;
  // The one dot there is: it began five minutes before the end of an hour.
  for (let y = 4; y < box.height && tab.url().includes('/traces?'); y += 12)
    await tab.mouse.click(box.x + box.width * (1 - 5 / 60), box.y + y);
  await tab.waitForURL(new RegExp(`/traces/${long}`));
  await tab.context().close();
});

test('a waterfall over three services: collapse, errors only, details, events, links, logs', async () => {
  const tab = await page.open(`/traces/${sample.failedTrace}`);
  await tab.getByRole('treeitem', { name: /^POST \/v1\/train\s*, train-api/ }).waitFor();
  for (const service of ['train-api', 'trainer', 'feature-store'])
    await tab.locator('.trace-summary', { hasText: service }).waitFor();
  await tab.getByRole('button', { name: 'Collapse all' }).click();
  expect(await tab.getByRole('treeitem').count()).toBe(1);
  await tab.getByRole('button', { name: 'Expand all' }).click();
  await tab.getByRole('button', { name: 'Errors only' }).click();
  await tab.waitForURL(/errors=true/);
  const step = tab.getByRole('treeitem', { name: /^train\.step.*error$/ });
  await step.click();
  const details = tab.getByRole('complementary', { name: 'Span train.step' });
  await details.locator('.log-row', { hasText: 'CUDA out of memory' }).waitFor();
  await tab.getByRole('treeitem', { name: /^train\.job/ }).click();
  const job = tab.getByRole('complementary', { name: 'Span train.job' });
  await job.getByText('OutOfMemoryError').waitFor();
  expect(await job.getByRole('link', { name: / \/ / }).getAttribute('href')).toMatch(
    /^\/traces\/[0-9a-f]{32}/,
  );
  // To the moment of the run at which it began.
  const href = await job.getByRole('link', { name: `Run ${sample.run}` }).getAttribute('href');
  const began = Date.parse(new URL(href!, page.url).searchParams.get('at')!);
  expect(href).toStartWith(`/runs/${sample.run}?`);
  expect(Math.abs(began - Date.now())).toBeLessThan(2 * 3_600_000);
  await tab.keyboard.press('Escape');
  await job.waitFor({ state: 'hidden' });
  await tab.context().close();
});

test('10,000 spans: only those in sight exist, by keys too, and search goes over all', async () => {
  const tab = await page.open(`/traces/${long}`);
  await tab.getByText('10,000 spans').waitFor();
  const inSight = async () => tab.getByRole('treeitem').count();
  expect(await inSight()).toBeLessThan(150);
  for (let i = 0; i < 60; i++) await tab.keyboard.press('j');
  await tab.locator('.span-row[data-marked]').waitFor();
  expect(await tab.evaluate('document.querySelector(".waterfall-rows").scrollTop')).toBeGreaterThan(0);
  expect(await inSight()).toBeLessThan(150);
  await tab.keyboard.press('/');
  await tab.keyboard.type('epoch');
  await tab.getByText('1 shown').waitFor();
  await tab.context().close();
});

test('a trace that is not there is told, with what to do', async () => {
  const path = `/traces/${'0'.repeat(31)}1`;
  const tab = await page.open(path);
  await tab.getByRole('alert').getByText('The trace could not be read').waitFor();
  await tab.context().close();
  // The browser itself says that this one request was answered 404, and nothing else.
  const told = `${page.url}${path}: Failed to load resource: the server responded with a status of 404 (Not Found)`;
  expect(page.faults.filter((fault) => fault.includes(path))).toEqual([told]);
  (page.faults as string[]).splice(page.faults.indexOf(told), 1);
});

test('keys and values narrow the list, and take it back; those of a span lead to the traces that have it', async () => {
  const tab = await page.open('/traces');
  const facets = tab.getByRole('complementary', { name: 'Keys and values' });
  await facets.getByRole('button', { name: /^feature-store/ }).click();
  await tab.waitForURL(/service=feature-store/);
  await facets.getByRole('button', { name: /^feature-store/, pressed: true }).click();
  await tab.waitForURL((url) => !url.search.includes('service'));
  await facets.getByRole('button', { name: /^Error/ }).click();
  await tab.waitForURL(/status=Error/);
  await until(
    tab,
    `[...document.querySelectorAll('.trace-row')].length > 0 && [...document.querySelectorAll('.trace-row')].every((row) => row.textContent.includes('error'))`,
  );
  await facets.getByRole('textbox', { name: 'Find a key' }).fill('gpu.id');
  await facets.getByText('gpu.id').click();
  await facets.getByRole('button', { name: /^3/ }).click();
  await tab.waitForURL(/filter=gpu.id:eq:3/);
  await tab.context().close();
  const trace = await page.open(`/traces/${sample.failedTrace}`);
  await trace.getByRole('treeitem', { name: /^train\.job/ }).click();
  await trace.getByRole('button', { name: 'Only ml.optimizer = adamw' }).click();
  await trace.waitForURL(/\/traces\?.*filter=ml.optimizer:eq:adamw/);
  await trace.locator('.trace-row').first().waitFor();
  await trace.context().close();
});

test('a span leads to what was logged at its moment, by anybody', async () => {
  const tab = await page.open(`/traces/${sample.failedTrace}`);
  await tab.getByRole('treeitem', { name: /^train\.job/ }).click();
  await tab.getByRole('link', { name: 'Logs of this moment' }).click();
  await tab.waitForURL(/\/logs\?.*at=/);
  const at = new URL(tab.url()).searchParams.get('at')!;
  await until(
    tab,
    `(() => { const line = document.querySelector('.log-item[data-moment] time'); return line !== null && line.dateTime <= ${JSON.stringify(at)}; })()`,
  );
  await tab.context().close();
});

test.each(['light', 'dark'] as const)('axe finds nothing serious in the %s theme', async (theme) => {
  const list = await page.open('/traces', { theme });
  await list.locator('.trace-row').first().waitFor();
  expect(await seriousProblems(list)).toEqual([]);
  await list.context().close();
  const trace = await page.open(`/traces/${sample.failedTrace}`, { theme });
  await trace.getByRole('treeitem').nth(4).click();
  await trace.getByRole('complementary', { name: /^Span / }).waitFor();
  expect(await seriousProblems(trace)).toEqual([]);
  await trace.context().close();
});

test('nothing was wrong in the console, nothing broke the policy, nobody else was asked', () => {
  expect(page.faults).toEqual([]);
});
