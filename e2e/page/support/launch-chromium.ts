import { type Browser, chromium } from 'playwright-core';
import { ensureChromium } from '../../../scripts/ensure-chromium.ts';

/** Nothing of a browser that is used by people is wanted: no updates, no calls home. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A Chromium without a window, which asks nobody for anything of its own accord. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureChromium(), args: FLAGS });
}
