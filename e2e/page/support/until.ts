import type { Page } from 'playwright-core';
import { waitUntil } from '../../../scripts/wait-until.ts';

/** Waits until an expression is true on the page. (The browser's own `waitForFunction` needs what the policy forbids.) */
export function until(page: Page, expression: string): Promise<unknown> {
  return waitUntil(async () => (await page.evaluate(expression)) === true, { what: expression });
}
