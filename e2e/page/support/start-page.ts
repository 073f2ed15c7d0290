import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { makeMigratedFolder } from '../../../packages/telemetry-store/src/testing/migrated-folder.ts';
import { type Child, startChild } from '../../../scripts/child-process.ts';
import { freePorts } from '../../../scripts/free-port.ts';
import { waitUntil } from '../../../scripts/wait-until.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { launchChromium } from './launch-chromium.ts';
import { otlpSender, type Sender } from './otlp-json.ts';

const MAIN = join(import.meta.dir, '../../../services/explorer/src/main.ts');

export type Theme = 'light' | 'dark';

export interface OpenOptions {
  readonly theme?: Theme;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
}

export interface PageUnderTest extends AsyncDisposable {
  readonly url: string;
  readonly sender: Sender;
  /** A page of a browser of its own, at a path. What it says is wrong, is kept. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  /** Errors of the console, exceptions, violations of the policy, and calls to others, of all pages so far. */
  readonly faults: readonly string[];
}

/** An explorer with an empty store of its own, and a Chromium. Ports are free ones where `env` names none. */
export async function startPage(env: Readonly<Record<string, string>> = {}): Promise<PageUnderTest> {
  const folder = await tempFolder();
  const data = join(folder.path, 'data');
  await makeMigratedFolder(data);
  const [freePort, grpcPort, freeHttpPort] = await freePorts(3);
  const port = env.PORT ?? String(freePort);
  const httpPort = env.OTLP_HTTP_PORT ?? String(freeHttpPort);
  const url = `http://127.0.0.1:${port}`;
  const lines: string[] = [];
  const explorer: Child = startChild({
    command: [process.execPath, MAIN],
    env: {
      PORT: port,
      OTLP_GRPC_PORT: String(grpcPort),
      OTLP_HTTP_PORT: httpPort,
      ML_OTEL_DATA_DIR: data,
      ...env,
    },
    onLine: (line) => lines.push(line),
  });
  let browser: Browser | undefined;
  const end = async () => {
    await browser?.close();
    await explorer.kill9();
    await folder[Symbol.asyncDispose]();
  };
  try {
    await waitUntil(async () => (await fetch(`${url}/healthz`)).ok, { what: 'the explorer to answer' });
    browser = await launchChromium();
  } catch (error) {
    await end();
    throw new Error(`the explorer or the browser did not start:\n${lines.slice(-10).join('\n')}`, {
      cause: error,
    });
  }
  const faults: string[] = [];
  return {
    url,
    sender: otlpSender(`http://127.0.0.1:${httpPort}`),
    faults,
    async open(path, { theme = 'light', width = 1440, height = 900 } = {}) {
      const context = await browser!.newContext({
        viewport: { width, height },
        colorScheme: theme,
        reducedMotion: 'reduce',
        timezoneId: 'Europe/Berlin',
      });
      return watched(context, { url, path, faults });
    },
    [Symbol.asyncDispose]: end,
  };
}

async function watched(
  context: BrowserContext,
  { url, path, faults }: { readonly url: string; readonly path: string; readonly faults: string[] },
): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    const target = request.url();
    if (!target.startsWith(url) && !target.startsWith('data:') && !target.startsWith('blob:'))
      faults.push(`${page.url()}: asked ${target}`);
  });
  await page.goto(url + path);
  return page;
}
