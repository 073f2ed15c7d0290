import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { pointAt } from './support/sample-runs.ts';
import { type PageUnderTest, startPage } from './support/start-page.ts';
import { until } from './support/until.ts';

setDefaultTimeout(240_000);

const SECOND = 1_000_000_000n;
const STEPS = 20_000;
const RUN = {
  id: 'long',
  model: 'vit-b/16',
  dataset: 'imagenet',
  start: (BigInt(Date.now()) / 1_000n - 86_400n) * SECOND,
};
const SPIKE = { step: 12_345, value: 9.5 };
const NO_NUMBER = 12_000;

let page: PageUnderTest;

beforeAll(async () => {
  page = await startPage();
  const points = Array.from({ length: STEPS }, (_, i) => {
    const step = i + 1;
    const usual = 1 + Math.sin(step / 900) + 0.05 * Math.sin(step * 7.1);
    const value = step === SPIKE.step ? SPIKE.value : step === NO_NUMBER ? Number.NaN : usual;
    return pointAt(RUN, { step, at: step, value });
  });
  for (let at = 0; at < STEPS; at += 2_000)
    await page.sender.metrics(
      'trainer',
      ['loss', 'accuracy'].map((name) => ({
        name: `ml.training.${name}`,
        gauge: { dataPoints: points.slice(at, at + 2_000) },
      })),
    );
  await page.sender.logs('trainer', [
    {
      time: RUN.start + BigInt(STEPS) * SECOND,
      severity: 9,
      body: '',
      eventName: 'ml.run.finished',
      attributes: { 'job.id': RUN.id, 'ml.run.status': 'finished' },
    },
  ]);
});

afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
});

const CARD = `document.querySelector('[data-metric="ml.training.loss"]')`;
const CAPTION = `(${CARD}?.querySelector('figcaption')?.textContent ?? '')`;
const POINTS = `Number(${CARD}?.querySelector('[data-points]')?.dataset.points)`;

/** Drags over a part of the chart's width, down to a part of its height, and gives what the address then says. */
async function zoom(tab: Page, from: number, to: number, down = 0.5): Promise<URL> {
  const box = (await tab.locator('.u-over').first().boundingBox())!;
  const before = tab.url();
  await tab.mouse.move(box.x + box.width * from, box.y + 40);
  await tab.mouse.down();
  await tab.mouse.move(box.x + box.width * to, box.y + box.height * down, { steps: 4 });
  await tab.mouse.up();
  await tab.waitForURL((url) => url.href !== before);
  return new URL(tab.url());
}

/** Buckets of the server's own answer about what an address shows. */
async function bucketsAt({ searchParams }: URL): Promise<number> {
  const [from, to] = [searchParams.get('x0'), searchParams.get('x1')];
  const answer = await fetch(
    `${page.url}/api/runs/long/series?metric=ml.training.loss&points=400&from=${from}&to=${to}`,
  );
  const { curves } = (await answer.json()) as { curves: { x: number[] }[] };
  return curves[0]!.x.length;
}

test('a zoom is answered by what was read ahead, a deeper one by the server: finer each time, with spike and mark', async () => {
  const tab = await page.open('/runs/long');
  const asked: URL[] = [];
  const ahead = new Set<string>();
  tab.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname.endsWith('/series') && url.searchParams.get('points') === '400') asked.push(url);
  });
  tab.on('requestfinished', (request) => {
    const { searchParams } = new URL(request.url());
    if (searchParams.get('points') === '1600')
      for (const name of searchParams.getAll('metric')) ahead.add(name);
  });
  await until(tab, `${CAPTION}.includes('greatest 9.5, not finite in 1 place')`);
  const whole = (await tab.evaluate(POINTS)) as number;
  expect([...ahead]).toEqual([]);
  await tab.locator('.u-over').first().hover();
  while (ahead.size < 2) await tab.waitForEvent('requestfinished');
  // It has come; two frames later it has been read, too.
  await tab.evaluate('new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))');
  asked.length = 0;

  const near = await zoom(tab, 0.55, 0.8);
  const buckets = await bucketsAt(near);
  await until(tab, `${POINTS} === ${buckets} && ${CAPTION}.includes('greatest 9.5, not finite in 1 place')`);
  const inRange = whole * 0.25;
  expect(buckets).toBeGreaterThan(inRange * 1.5);
  expect(asked).toEqual([]);

  // 2 % of what is left: no more than a hundred steps, each of them a point.
  const place = (SPIKE.step - Number(near.searchParams.get('x0'))) / span(near);
  const deep = await zoom(tab, place - 0.01, place + 0.01);
  const steps = await bucketsAt(deep);
  await until(tab, `${POINTS} === ${steps} && ${CAPTION}.includes('greatest 9.5')`);
  expect(steps).toBeGreaterThan(span(deep) * 0.9);
  // The chart that was dragged over is asked for by itself, before the others.
  expect(asked.map(({ searchParams }) => [searchParams.getAll('metric'), searchParams.get('from')])).toEqual(
    ['loss', 'accuracy'].map((name) => [[`ml.training.${name}`], deep.searchParams.get('x0')]),
  );
  await tab.context().close();
});

function span({ searchParams }: URL): number {
  return Number(searchParams.get('x1')) - Number(searchParams.get('x0'));
}

test('a drag that is let go below its chart ends where the pointer is', async () => {
  const tab = await page.open('/runs/long');
  await until(tab, `${CAPTION}.includes('greatest 9.5')`);
  const { searchParams } = await zoom(tab, 0.2, 0.4, 1.2);
  const part = Number(searchParams.get('x1')) / STEPS;
  expect(part).toBeGreaterThan(0.38);
  expect(part).toBeLessThan(0.42);
  await tab.context().close();
});

test('who saves data gets nothing that was not asked for', async () => {
  const tab = await page.open('/runs');
  await tab.addInitScript(
    "Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) })",
  );
  const ahead: string[] = [];
  tab.on('request', (request) => {
    if (request.url().includes('points=1600')) ahead.push(request.url());
  });
  await tab.goto(`${page.url}/runs/long`);
  await until(tab, `${CAPTION}.includes('greatest 9.5')`);
  await tab.locator('.u-over').first().hover();
  // Each is answered by the server, while the pointer is where it would read ahead.
  for (const [from, to] of [
    [0.55, 0.8],
    [0.2, 0.7],
  ] as const) {
    const near = await zoom(tab, from, to);
    await until(tab, `${POINTS} === ${await bucketsAt(near)}`);
  }
  expect(ahead).toEqual([]);
  await tab.context().close();
});

test('nothing was wrong in the console, nothing broke the policy, nobody else was asked', () => {
  expect(page.faults).toEqual([]);
});
