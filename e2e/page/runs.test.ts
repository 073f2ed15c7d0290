import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { seriousProblems } from './support/axe.ts';
import { pointAt, sendRun, sendSampleRuns } from './support/sample-runs.ts';
import { type PageUnderTest, startPage } from './support/start-page.ts';
import { until } from './support/until.ts';

setDefaultTimeout(240_000);

const SECOND = 1_000_000_000n;
const NOW = (BigInt(Date.now()) / 1_000n) * SECOND;

let page: PageUnderTest;

beforeAll(async () => {
  page = await startPage();
});

afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
});

const row = (tab: Page, name: string) => tab.getByRole('row').filter({ hasText: name });
const chart = (tab: Page, metric: string) => tab.locator(`[data-metric="ml.training.${metric}"]`);
const caption = (metric: string) =>
  `(document.querySelector('[data-metric="ml.training.${metric}"] figcaption')?.textContent ?? '')`;

test('an empty store: what it says to paste makes a run, that is there without a reload', async () => {
  const tab = await page.open('/runs');
  await tab.getByRole('heading', { name: 'No runs yet' }).waitFor();
  await tab.getByRole('button', { name: 'curl', exact: true }).click();
  const command = (await tab.locator('.snippet pre', { hasText: 'curl' }).textContent())!;
  expect(Bun.spawnSync(['bash', '-c', command]).exitCode).toBe(0);
  await row(tab, 'my-first-run').waitFor();
  await row(tab, 'my-first-run')
    .getByRole('img', { name: /^Loss of my-first-run/ })
    .waitFor();
  await sendSampleRuns(page.sender, NOW);
  await row(tab, 'resnet50-two-ranks').waitFor();
  await tab.context().close();
});

test('runs are filtered, ordered and grouped, and the address knows', async () => {
  const tab = await page.open('/runs');
  await row(tab, 'vit-b16-lr3e-4').waitFor();
  await row(tab, 'vit-b16-lr1e-3').getByText('failed').waitFor();
  await row(tab, 'vit-b16-lr3e-4').getByText('step 1,200').waitFor();
  await tab.getByRole('button', { name: 'failed', exact: true }).click();
  await row(tab, 'vit-b16-lr3e-4').waitFor({ state: 'detached' });
  expect(tab.url()).toContain('state=failed');
  await tab.getByRole('button', { name: 'failed', exact: true }).click();
  await row(tab, 'vit-b16-lr3e-4').waitFor();
  await tab.getByRole('button', { name: 'Run', exact: true }).click();
  await until(tab, `document.querySelector('.runs-rows .run-name').textContent === 'my-first-run'`);
  await tab.getByLabel('Group by').selectOption('model');
  await row(tab, '2 runs').first().waitFor();
  await tab.keyboard.press('/');
  await tab.keyboard.type('vit');
  await tab.waitForURL(/q=vit/);
  await row(tab, 'resnet50').first().waitFor({ state: 'detached' });
  await tab.reload();
  await row(tab, 'vit-b16-lr3e-4').waitFor();
  expect(await tab.locator('.run-name').count()).toBe(2);
  await tab.context().close();
});

test('a run gets a name and tags, and goes when that is confirmed', async () => {
  const tab = await page.open('/runs');
  await row(tab, 'my-first-run').waitFor();
  await row(tab, 'my-first-run').hover();
  await tab.getByRole('button', { name: 'Edit my-first-run' }).click();
  await tab.getByRole('textbox', { name: 'Name' }).fill('To be thrown away');
  await tab.getByRole('textbox', { name: /^Tags/ }).fill('try, try, old');
  await tab.getByRole('button', { name: 'Save' }).click();
  await row(tab, 'To be thrown away').getByRole('button', { name: 'old' }).waitFor();
  await row(tab, 'To be thrown away').hover();
  await tab.getByRole('button', { name: 'Edit To be thrown away' }).click();
  await tab.getByRole('button', { name: 'Delete …' }).click();
  const dialog = tab.getByRole('dialog', { name: 'Delete this run?' });
  await dialog.getByText('1 curve').waitFor();
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await dialog.waitFor({ state: 'detached' });
  await row(tab, 'my-first-run').waitFor({ state: 'detached' });
  expect((await fetch(`${page.url}/api/runs/my-first-run`)).status).toBe(404);
  await tab.context().close();
});

test('a zoom keeps its spike, and asks for every point of its range', async () => {
  const tab = await page.open('/runs/vit-b16-lr3e-4');
  await until(tab, `${caption('loss')}.includes('greatest 9.5')`);
  const before = (await tab.evaluate(caption('loss'))) as string;
  expect(before).toMatch(/least 0\.\d+/);
  const box = (await chart(tab, 'loss').locator('.u-over').boundingBox())!;
  await tab.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await tab.mouse.down();
  await tab.mouse.move(box.x + box.width * 0.7, box.y + 40, { steps: 4 });
  await tab.mouse.up();
  await tab.waitForURL(/x0=5\d\d.*x1=8\d\d/);
  await until(
    tab,
    `${caption('loss')} !== ${JSON.stringify(before)} && ${caption('loss')}.includes('greatest 9.5')`,
  );
  await tab.mouse.dblclick(box.x + 40, box.y + 40);
  await tab.waitForURL((url) => !url.search.includes('x0'));
  expect(tab.url()).not.toContain('at=');
  await tab.context().close();
});

test.each(['/runs', '/runs/vit-b16-lr3e-4'])(
  'what %s asks first is asked with the page, and not again',
  async (path) => {
    const { headers } = await fetch(page.url + path);
    const links = [...(headers.get('link') ?? '').matchAll(/<([^>]*)>; rel=preload; as=fetch/g)];
    const questions = links.map(([, url]) => url!);
    expect(questions.length).toBeGreaterThan(0);
    const tab = await page.open(path);
    await tab
      .locator(path === '/runs' ? '.run-name' : '.chart canvas')
      .first()
      .waitFor();
    const asked = (await tab.evaluate(
      `performance.getEntriesByType('resource').map((r) => [r.initiatorType, r.name.slice(location.origin.length)])`,
    )) as [by: string, url: string][];
    for (const url of questions) expect(asked.filter(([, one]) => one === url)).toEqual([['link', url]]);
    await tab.context().close();
  },
);

test('what is no number is marked and told', async () => {
  const tab = await page.open('/runs/vit-b16-lr1e-3');
  await until(tab, `/not finite in \\d+ places/.test(${caption('loss')})`);
  await tab.context().close();
});

test('new points are drawn as they come, without history being read again', async () => {
  const run = { id: 'live', model: 'vit-b/16', dataset: 'imagenet', start: NOW - 600n * SECOND };
  await sendRun(page.sender, { ...run, steps: 500, seed: 9 });
  const tab = await page.open('/runs/live');
  await tab.locator('.badge', { hasText: 'Live' }).waitFor();
  const all = (what: string) => `document.querySelectorAll('.chart-card${what}').length`;
  await until(tab, `${all('')} > 3 && ${all('')} === ${all(' canvas')}`);
  let asked: URL[] = [];
  tab.on('request', (request) => {
    if (request.url().includes('/series')) asked.push(new URL(request.url()));
  });
  const isPart = ({ searchParams }: URL) =>
    Number(searchParams.get('from')) > 300 && searchParams.has('since');
  // What came in the same second as the history may have all read once more: then the next point tells.
  let parts = false;
  for (let step = 501; step < 520 && !parts; step++) {
    asked = [];
    const point = pointAt(run, { step, at: step, value: step / 10 });
    await page.sender.metrics('trainer', [{ name: 'ml.training.loss', gauge: { dataPoints: [point] } }]);
    await chart(tab, 'loss')
      .locator('output', { hasText: String(step / 10) })
      .waitFor();
    parts = asked.length > 0 && asked.every(isPart);
  }
  expect(parts).toBe(true);
  await tab.context().close();
});

test('a click on a point shows what was logged and done around it; from a log line one comes back', async () => {
  const tab = await page.open('/runs/vit-b16-lr3e-4');
  const over = chart(tab, 'loss').locator('.u-over');
  await over.click({ position: { x: 100, y: 60 } });
  await tab.waitForURL(/at=20/);
  const panel = tab.getByRole('complementary', { name: /^Around / });
  await panel
    .getByText(/^step \d+ done$/)
    .first()
    .waitFor();
  await panel.getByRole('button', { name: 'Spans' }).click();
  await panel.getByText('train.step').first().waitFor();
  await panel.getByRole('button', { name: 'Logs' }).click();
  await panel.getByRole('link', { name: 'All logs' }).click();
  await tab.waitForURL(/\/logs\?(?=.*run=vit-b16-lr3e-4)(?=.*at=20)/);
  await tab.locator('.log-list .log-row', { hasText: 'step' }).first().click();
  await tab.getByRole('link', { name: 'Run vit-b16-lr3e-4' }).click();
  await tab.waitForURL(/\/runs\/vit-b16-lr3e-4\?.*at=20/);
  await tab.getByRole('complementary', { name: /^Around / }).waitFor();
  await tab.keyboard.press('Escape');
  await tab.waitForURL((url) => !url.search.includes('at='));
  await tab.context().close();
});

test('resumed twice is one curve, and every attempt on demand; two ranks are two lines', async () => {
  const tab = await page.open('/runs/resnet50-resumed');
  await tab.getByText('2 times').waitFor();
  await until(tab, `${caption('loss')}.startsWith('loss. resnet50-resumed')`);
  const points = `Number(document.querySelector('[data-metric="ml.training.loss"] [data-points]').dataset.points)`;
  const standing = (await tab.evaluate(points)) as number;
  await tab.getByRole('button', { name: 'Attempts' }).click();
  await until(tab, `${points} > ${standing}`);
  await tab.goto(`${page.url}/runs/resnet50-two-ranks`);
  await until(tab, `${caption('loss')}.includes('rank 0: ') && ${caption('loss')}.includes('rank 1: ')`);
  await tab.context().close();
});

test('a chart in full, as a picture and as a table', async () => {
  const tab = await page.open('/runs/vit-b16-lr3e-4?metric=ml.training.loss');
  const dialog = tab.getByRole('dialog', { name: 'loss' });
  await dialog.locator('canvas').waitFor();
  const [picture] = await Promise.all([
    tab.waitForEvent('download'),
    dialog.getByRole('button', { name: 'PNG' }).click(),
  ]);
  const bytes = await Bun.file(await picture.path()).bytes();
  expect([picture.suggestedFilename(), [...bytes.slice(1, 4)]]).toEqual([
    'loss-vit-b16-lr3e-4.png',
    [0x50, 0x4e, 0x47],
  ]);
  const [table] = await Promise.all([
    tab.waitForEvent('download'),
    dialog.getByRole('button', { name: 'CSV' }).click(),
  ]);
  const lines = (await Bun.file(await table.path()).text()).trim().split('\r\n');
  expect(lines.length).toBe(1_201);
  expect(lines[0]).toStartWith('run,metric,rank,attempt,by,x,');
  expect(lines[700]).toContain(',700,700,9.5,9.5,9.5,9.5,');
  await tab.context().close();
});

test('runs are chosen by keys and compared: curves over each other, configuration that differs', async () => {
  const tab = await page.open('/runs?q=vit-b16');
  await row(tab, 'vit-b16-lr3e-4').waitFor();
  for (const key of ['j', 'x', 'j', 'x']) await tab.keyboard.press(key);
  await tab.getByText('2 selected').waitFor();
  await tab.keyboard.press('c');
  await tab.waitForURL(/\/compare\?runs=.*&runs=/);
  await until(
    tab,
    `${caption('loss')}.includes('vit-b16-lr3e-4: ') && ${caption('loss')}.includes('vit-b16-lr1e-3: ')`,
  );
  await tab.getByRole('button', { name: /^vit-b16-lr1e-3/ }).click();
  await until(tab, `!${caption('loss')}.includes('vit-b16-lr1e-3: ')`);
  expect(tab.url()).toContain('hidden=vit-b16-lr1e-3');
  await tab.getByRole('button', { name: 'Configuration' }).click();
  const table = tab.getByRole('table');
  await table.getByRole('row', { name: /^optimizer\.lr/ }).waitFor();
  expect(await table.getByRole('row', { name: /^seed/ }).count()).toBe(0);
  await tab.getByRole('checkbox', { name: /^Also what is the same/ }).click();
  await table.getByRole('row', { name: /^seed/ }).waitFor();
  await tab.context().close();
});

test('runs of very many metrics are compared: names come once, charts exist where they are in sight', async () => {
  const runs = ['many-1', 'many-2'].map((id) => ({
    id,
    model: 'm',
    dataset: 'd',
    start: NOW - 900n * SECOND,
  }));
  for (const run of runs) {
    const metrics = Array.from({ length: 1_500 }, (_, i) => ({
      name: `ml.training.layer${String(i).padStart(4, '0')}.norm`,
      gauge: { dataPoints: [1, 2, 3].map((step) => pointAt(run, { step, at: step, value: i + step })) },
    }));
    await page.sender.metrics('trainer', metrics);
  }
  const tab = await page.open('/runs');
  await row(tab, 'many-2').waitFor();
  const asked: string[] = [];
  tab.on('request', (request) => asked.push(request.url()));
  await tab.goto(`${page.url}/compare?runs=many-1&runs=many-2`);
  await tab.getByRole('button', { name: 'Charts 1500' }).waitFor();
  await until(tab, `${caption('layer0000.norm')}.includes('many-2: ')`);
  await tab.locator('.chart-grid').evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
  await until(tab, `${caption('layer1499.norm')}.includes('many-2: ')`);
  expect(await tab.locator('.chart-card').count()).toBeLessThan(40);
  expect(asked.filter((url) => url.includes('/metrics/names'))).toHaveLength(1);
  expect(asked.filter((url) => url.endsWith('/metrics'))).toEqual([]);
  // Of fifteen hundred curves those in sight, not all.
  expect(asked.filter((url) => url.includes('/series')).length).toBeLessThan(40);
  await tab.context().close();
});

const VIEWS = [
  ['/runs?selected=vit-b16-lr3e-4', '.run-spark'],
  ['/runs/vit-b16-lr3e-4', '.chart canvas'],
  ['/runs/vit-b16-lr3e-4?tab=config', '.config-table'],
  ['/compare?runs=vit-b16-lr3e-4&runs=vit-b16-lr1e-3', '.chart canvas'],
  ['/compare?runs=vit-b16-lr3e-4&runs=vit-b16-lr1e-3&tab=config', '.config-table'],
] as const;

test.each(
  VIEWS.flatMap(([path, shown]) =>
    (['light', 'dark'] as const).map((theme) => [path, theme, shown] as const),
  ),
)('axe finds nothing serious at %s in the %s theme', async (path, theme, shown) => {
  const tab = await page.open(path, { theme });
  await tab.locator(shown).first().waitFor();
  expect(await seriousProblems(tab)).toEqual([]);
  await tab.context().close();
});

test('nothing was wrong in the console, nothing broke the policy, nobody else was asked', () => {
  expect(page.faults).toEqual([]);
});
