import type { Browser, CDPSession, Page } from 'playwright-core';
import type { View } from './contestant.ts';
import { type Changes, PROBE_SCRIPT } from './probe.ts';

export interface Visit {
  /** From the navigation's begin to the frame that shows the curve or the rows; undefined where it did not come in time. */
  readonly drawnMillis: number | undefined;
  /** Over the network, compressed as they came, headers included, until it was drawn and a second after. */
  readonly bytes: number;
  /** What of it were scripts. */
  readonly scriptBytes: number;
  /** The page's JavaScript heap after a garbage collection. */
  readonly heapBytes: number;
  /** A drag over the middle of the chart, and then one over a twentieth of what it shows. */
  readonly zoom: Changes | undefined;
  readonly deeper: Changes | undefined;
}

const AFTER_MILLIS = 1_000;
const QUIET_MILLIS = 1_500;
/** Before a hand presses it has looked for the place. */
const AIM_MILLIS = 500;

/** Visits a page for the first time: a browser context of its own has no cache. */
export async function visit(browser: Browser, view: View, limitMillis: number): Promise<Visit> {
  const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1_600, height: 1_000 } });
  try {
    await context.addInitScript({ path: PROBE_SCRIPT });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    const bytes = await countBytes(session);
    await page.goto(view.url, { waitUntil: 'commit', timeout: limitMillis });
    const drawnMillis = await drawn(page, view, limitMillis);
    await page.waitForTimeout(AFTER_MILLIS);
    const heapBytes = await heapOf(session);
    const sent = bytes();
    const zoom = drawnMillis === undefined ? undefined : await drag(page, view, 0.4, 0.7);
    const deeper = zoom === undefined ? undefined : await drag(page, view, 0.5, 0.55);
    return { drawnMillis, ...sent, heapBytes, zoom, deeper };
  } finally {
    await context.close();
  }
}

async function drawn(page: Page, view: View, limitMillis: number): Promise<number | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, limitMillis, undefined));
  const millis = page.evaluate((condition) => globalThis.benchProbe.whenDrawn(condition), view.drawn);
  millis.catch(() => {});
  return await Promise.race([millis, late]);
}

type Bytes = Pick<Visit, 'bytes' | 'scriptBytes'>;

/** Gives the bytes of all answers so far. */
async function countBytes(session: CDPSession): Promise<() => Bytes> {
  const scripts = new Set<string>();
  const total = { bytes: 0, scriptBytes: 0 };
  session.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    total.bytes += encodedDataLength;
    if (scripts.has(requestId)) total.scriptBytes += encodedDataLength;
  });
  await session.send('Network.enable');
  return () => ({ ...total });
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

/** Drags over a part of the first chart's width, and most of its height: some charts zoom in a rectangle, which is not to miss the curve. */
async function drag(page: Page, { chart }: View, from: number, to: number): Promise<Changes | undefined> {
  if (chart === undefined) return undefined;
  const box = await page.locator(chart).first().boundingBox();
  if (box === null) return undefined;
  await page.mouse.move(box.x + box.width * from, box.y + box.height * 0.1);
  await page.waitForTimeout(AIM_MILLIS);
  await page.mouse.down();
  // Several moves, as of a hand: some charts take one for a click.
  await page.mouse.move(box.x + box.width * to, box.y + box.height * 0.98, { steps: 8 });
  await page.evaluate(([selector, millis]) => globalThis.benchProbe.watchRelease(selector, millis), [
    chart,
    QUIET_MILLIS,
  ] as const);
  await page.mouse.up();
  return await page.evaluate(() => globalThis.benchProbe.changes());
}
