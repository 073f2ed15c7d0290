/**
 * `bun e2e/page/screenshots.ts`: pictures of the views in both themes into docs/screenshots, of data made for it. Each view
 * is a row below; what it needs besides its address stands in `prepare`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { sendMachine } from './support/sample-machine.ts';
import { sendSampleRuns } from './support/sample-runs.ts';
import { type Sample, sendSample } from './support/sample-telemetry.ts';
import { startPage, type Theme } from './support/start-page.ts';

const FOLDER = join(import.meta.dir, '../../docs/screenshots');
/** Of WebP: small, and text can still be read. */
const QUALITY = 82;

interface Shot {
  readonly name: string;
  readonly path: (sample: Sample) => string;
  /** Leads to what the picture is to show, and waits until it is there. */
  readonly prepare: (page: Page) => Promise<unknown>;
  readonly width?: number;
  readonly height?: number;
}

/** A chart that has been drawn, of so many. */
const drawn = (page: Page, count: number) =>
  page
    .locator('.chart-card canvas')
    .nth(count - 1)
    .waitFor();

const SHOTS: readonly Shot[] = [
  {
    name: 'runs',
    path: () => '/runs?selected=vit-b16-lr3e-4&selected=resnet50-resumed',
    prepare: (page) => page.locator('.run-spark').nth(3).waitFor(),
  },
  {
    name: 'runs-375',
    path: () => '/runs',
    prepare: (page) => page.locator('.run-name').nth(3).waitFor(),
    width: 375,
    height: 812,
  },
  {
    name: 'run',
    path: () => '/runs/vit-b16-lr3e-4?smooth=60',
    prepare: async (page) => {
      await drawn(page, 5);
      await page.locator('[data-metric="ml.training.loss"] .u-over').click({ position: { x: 190, y: 70 } });
      await page.locator('.moment .log-row').first().waitFor();
    },
  },
  {
    name: 'run-375',
    path: () => '/runs/vit-b16-lr1e-3',
    prepare: (page) => drawn(page, 2),
    width: 375,
    height: 812,
  },
  {
    name: 'run-machine',
    path: () => '/runs/vit-b16-lr3e-4?x=time',
    prepare: async (page) => {
      await page.locator('.chart-card canvas').first().waitFor();
      await page.locator('.chart-grid').evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
      await page.locator('[data-metric="hw.gpu.utilization"] canvas').waitFor();
      await page.locator('[data-metric="process.memory.usage"] canvas').waitFor();
    },
    height: 1_040,
  },
  {
    name: 'compare',
    path: () =>
      '/compare?runs=vit-b16-lr3e-4&runs=vit-b16-lr1e-3&runs=resnet50-resumed&runs=resnet50-two-ranks&smooth=40&clip=true',
    prepare: (page) => drawn(page, 4),
  },
  {
    name: 'logs',
    path: () => '/logs',
    prepare: async (page) => {
      await page.locator('.log-histogram canvas').waitFor();
      await page.locator('.log-row', { hasText: 'gradient norm' }).first().click();
      await page.locator('.log-details').waitFor();
    },
  },
  {
    name: 'logs-375',
    path: () => '/logs?tail=true',
    prepare: (page) => page.locator('.badge', { hasText: 'Live' }).waitFor(),
    width: 375,
    height: 812,
  },
  { name: 'traces', path: () => '/traces', prepare: (page) => page.locator('.trace-row').first().waitFor() },
  {
    name: 'trace',
    path: ({ failedTrace }) => `/traces/${failedTrace}`,
    prepare: async (page) => {
      await page.getByRole('treeitem', { name: /^train\.job/ }).click();
      await page.getByRole('complementary', { name: 'Span train.job' }).waitFor();
    },
  },
  {
    name: 'metrics',
    path: () => '/metrics?metric=http.server.request.duration',
    prepare: (page) => page.locator('.metric-chart canvas').waitFor(),
  },
  {
    name: 'services',
    path: () => '/services?service=train-api',
    prepare: (page) => page.locator('.service-charts canvas').nth(2).waitFor(),
  },
];

await mkdir(FOLDER, { recursive: true });
await using page = await startPage();
const end = BigInt(Date.now()) * 1_000_000n;
const sample = await sendSample(page.sender, { end });
await sendSampleRuns(page.sender, end);
await sendMachine(page.sender, { id: 'vit-b16-lr3e-4', start: end - 7_200_000_000_000n }, { seconds: 1_200 });
for (const shot of SHOTS) for (const theme of ['light', 'dark'] as const) await take(shot, theme);
if (page.faults.length > 0) throw new Error(page.faults.join('\n'));

async function take({ name, path, prepare, width = 1440, height = 900 }: Shot, theme: Theme): Promise<void> {
  const tab = await page.open(path(sample), { theme, width, height });
  await prepare(tab);
  await tab.waitForLoadState('networkidle').catch(() => {});
  const png = await tab.screenshot();
  const file = join(FOLDER, `${name}-${theme}.webp`);
  await Bun.write(file, await toWebp(tab, png));
  console.log(`${file.slice(FOLDER.length + 1)} ${Math.round(Bun.file(file).size / 1024)} kB`);
  await tab.context().close();
}

/** The browser can write WebP itself. */
async function toWebp(tab: Page, png: Buffer): Promise<Buffer> {
  const blank = await tab.context().newPage();
  const data = (await blank.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', ${QUALITY / 100}).split(',')[1];
  })()`)) as string;
  return Buffer.from(data, 'base64');
}
