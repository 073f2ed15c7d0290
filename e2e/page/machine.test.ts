import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { seriousProblems } from './support/axe.ts';
import { sendMachine } from './support/sample-machine.ts';
import { sendRun } from './support/sample-runs.ts';
import { type PageUnderTest, startPage } from './support/start-page.ts';
import { until } from './support/until.ts';

setDefaultTimeout(240_000);

const SECOND = 1_000_000_000n;
const NOW = (BigInt(Date.now()) / 1_000n) * SECOND;
const RUN = {
  id: 'with-machine',
  model: 'vit-b/16',
  dataset: 'imagenet',
  start: NOW - 1_200n * SECOND,
  steps: 600,
  seed: 5,
  status: 'finished',
} as const;

let page: PageUnderTest;

beforeAll(async () => {
  page = await startPage();
  await sendRun(page.sender, RUN);
  await sendMachine(page.sender, RUN, { seconds: 600 });
});

afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
});

const caption = (metric: string) =>
  `(document.querySelector('[data-metric="${metric}"] figcaption')?.textContent ?? '')`;
const shown = (metric: string) =>
  `(document.querySelector('[data-metric="${metric}"] output')?.textContent ?? '')`;
const heading = (metric: string) => `document.querySelector('[data-metric="${metric}"] h3').textContent`;

test('what the machine did is below the curves: by time, each with its unit and last value', async () => {
  const tab = await page.open('/runs/with-machine', { height: 2_400 });
  await until(tab, `${shown('system.cpu.utilization')} === '42%'`);
  await until(tab, `${shown('process.memory.usage')} === '2.5 GB'`);
  await until(tab, `${shown('hw.gpu.utilization')} === '91% – 97%'`);
  // 5 MB and 1 MB a second, counted from points 10 s apart in steps of 5 s.
  await until(tab, `${shown('system.network.io')} === '1 MB/s – 5 MB/s'`);
  expect(await tab.evaluate(caption('system.network.io'))).toMatch(
    /receive: from 5 MB\/s to 5 MB\/s, least 5 MB\/s, greatest 5 MB\/s; transmit: from 1 MB\/s/,
  );
  expect(await tab.evaluate(caption('hw.gpu.utilization'))).toMatch(/GPU-0: .* GPU-1: /);
  expect(await tab.evaluate(heading('system.cpu.utilization'))).toContain('by time');
  const groups = await tab.locator('.chart-group h2').allTextContents();
  expect(groups.slice(-3)).toEqual([
    'Machine: GPU2 · by time: these have no step',
    'Machine: host2 · by time: these have no step',
    'Machine: process1 · by time: these have no step',
  ]);
  await tab.getByRole('button', { name: 'Charts 11' }).waitFor();
  await tab.context().close();
});

test('by time they go with the others: searched, zoomed, pinned, and with the logs of a moment', async () => {
  const tab = await page.open('/runs/with-machine?q=utilization', { height: 1_600 });
  const chart = tab.locator('[data-metric="system.cpu.utilization"]');
  await chart.locator('canvas').waitFor();
  expect(await tab.locator('[data-metric="process.memory.usage"]').count()).toBe(0);
  await chart.scrollIntoViewIfNeeded();
  const box = (await chart.locator('.u-over').boundingBox())!;
  await tab.mouse.move(box.x + box.width * 0.25, box.y + 40);
  await tab.mouse.down();
  await tab.mouse.move(box.x + box.width * 0.5, box.y + 40, { steps: 4 });
  await tab.mouse.up();
  await tab.waitForURL(/(?=.*x=time)(?=.*x0=)(?=.*x1=)/);
  await until(tab, `!${heading('system.cpu.utilization')}.includes('by time')`);
  await chart.hover();
  await chart.getByRole('button', { name: 'Pin system.cpu.utilization' }).click();
  await tab.locator('.chart-group', { hasText: 'Pinned' }).waitFor();
  await until(tab, `document.querySelector('.chart-card').dataset.metric === 'system.cpu.utilization'`);
  await chart.locator('.u-over').click({ position: { x: 100, y: 60 } });
  const panel = tab.getByRole('complementary', { name: /^Around / });
  await panel
    .getByText(/^step \d+ done$/)
    .first()
    .waitFor();
  await tab.context().close();
});

test('in full, and as a table of what is drawn', async () => {
  const tab = await page.open('/runs/with-machine?metric=process.memory.usage&x=relative');
  const dialog = tab.getByRole('dialog', { name: 'process.memory.usage' });
  await dialog.locator('canvas').waitFor();
  const [table] = await Promise.all([
    tab.waitForEvent('download'),
    dialog.getByRole('button', { name: 'CSV' }).click(),
  ]);
  const lines = (await Bun.file(await table.path()).text()).trim().split('\r\n');
  expect(lines[0]).toBe('run,metric,unit,series,time,value');
  expect(lines.at(-1)).toMatch(/^with-machine,process\.memory\.usage,By,all,.*Z,2500000000$/);
  expect(lines).toHaveLength(62);
  await tab.context().close();
});

test('a live run: charts appear when something comes, and grow', async () => {
  const { status: _, ...started } = RUN;
  const live = { ...started, id: 'live-machine', start: NOW - 120n * SECOND, steps: 120 };
  await sendRun(page.sender, live);
  const tab = await page.open('/runs/live-machine?q=utilization', { height: 1_600 });
  await tab.locator('.badge', { hasText: 'Live' }).waitFor();
  await tab.locator('[data-metric="ml.training.gpu_utilization"] canvas').waitFor();
  expect(await tab.locator('.chart-group', { hasText: 'Machine' }).count()).toBe(0);
  await sendMachine(page.sender, live, { seconds: 60 });
  await until(tab, `${shown('system.cpu.utilization')} === '42%'`);
  await sendMachine(page.sender, live, { seconds: 100, from: 70, cpu: 0.77 });
  await until(tab, `${shown('system.cpu.utilization')} === '77%'`);
  await tab.context().close();
});

test('a run that sent none has no such group', async () => {
  await sendRun(page.sender, { ...RUN, id: 'without-machine', seed: 6 });
  const tab = await page.open('/runs/without-machine', { height: 1_600 });
  await tab.locator('.chart canvas').nth(5).waitFor();
  await tab.getByRole('button', { name: 'Charts 6' }).waitFor();
  expect(await tab.locator('.chart-group', { hasText: 'Machine' }).count()).toBe(0);
  await tab.context().close();
});

test.each(['light', 'dark'] as const)('axe finds nothing serious in the %s theme', async (theme) => {
  const tab = await page.open('/runs/with-machine?q=hw', { theme });
  await until(tab, `${shown('hw.gpu.utilization')} === '91% – 97%'`);
  expect(await seriousProblems(tab)).toEqual([]);
  await tab.context().close();
});

test('nothing was wrong in the console, nothing broke the policy, nobody else was asked', () => {
  expect(page.faults).toEqual([]);
});
