import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { type PageUnderTest, startPage } from './support/start-page.ts';

setDefaultTimeout(180_000);

let page: PageUnderTest;

beforeAll(async () => {
  page = await startPage();
});

afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
});

test('an empty store: every view says how to send the first data to this very server', async () => {
  for (const [path, heading] of [
    ['/logs', 'No logs in this range'],
    ['/traces', 'No traces in this range'],
    ['/metrics', 'No metrics in this range'],
    ['/services', 'No requests in this range'],
  ] as const) {
    const tab = await page.open(path);
    await tab.getByRole('heading', { name: heading }).waitFor();
    const about = (await (await fetch(`${page.url}/api/about`)).json()) as { otlpHttpPort: number };
    await tab.locator('pre', { hasText: `http://127.0.0.1:${about.otlpHttpPort}/v1/` }).waitFor();
    await tab.context().close();
  }
});

test('what the empty view says to paste works, and the record is there', async () => {
  const tab = await page.open('/logs');
  const command = (await tab.locator('.snippet pre').textContent())!;
  const sent = Bun.spawnSync(['bash', '-c', command]);
  expect(sent.exitCode).toBe(0);
  await tab.keyboard.press('r');
  await tab.getByRole('button', { name: /hello/ }).first().waitFor();
  await tab.context().close();
});

test('a button without words says what it does to who waits over it, or comes to it by the keyboard', async () => {
  const tab = await page.open('/logs');
  const button = tab.locator('[data-tooltip]').first();
  const text = (await button.getAttribute('data-tooltip'))!;
  const tooltip = tab.locator('.tooltip', { hasText: text });
  await button.hover();
  await tooltip.waitFor();
  await tab.mouse.move(5, 5);
  await tooltip.waitFor({ state: 'detached' });
  await button.focus();
  await tab.keyboard.press('Shift+Tab');
  await tab.keyboard.press('Tab');
  await tooltip.waitFor();
  await tab.keyboard.press('Escape');
  await tooltip.waitFor({ state: 'detached' });
  await tab.context().close();
});

test('keys go to the views, and ? tells them', async () => {
  const tab = await page.open('/runs');
  await tab.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
  for (const [keys, path] of [
    ['gl', '/logs'],
    ['gt', '/traces'],
    ['gm', '/metrics'],
    ['gs', '/services'],
    ['gc', '/compare'],
    ['gr', '/runs'],
  ] as const) {
    for (const key of keys) await tab.keyboard.press(key);
    await tab.waitForURL((url) => url.pathname === path);
  }
  await tab.keyboard.press('?');
  const dialog = tab.getByRole('dialog', { name: 'Keyboard' });
  await dialog.getByText('Go to Logs').waitFor();
  await tab.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await tab.context().close();
});

test('a bad address is told, and shown without what is bad', async () => {
  const tab = await page.open('/logs?from=yesterday&severity=loud&q=hello');
  const notice = tab.getByText(/cannot be used/);
  await notice.waitFor();
  expect(await notice.textContent()).toContain('from, severity');
  expect(await tab.getByRole('textbox', { name: 'Search in the bodies' }).inputValue()).toBe('hello');
  await tab.getByRole('button', { name: 'Hide this notice' }).click();
  await notice.waitFor({ state: 'hidden' });
  await tab.context().close();
});

test('the time range: presets, absolute times and the zone are in the address, and go along', async () => {
  const tab = await page.open('/logs');
  await tab.getByRole('button', { name: 'Time range: Last hour' }).click();
  await tab.getByRole('button', { name: 'Last 24 hours' }).click();
  await tab.waitForURL(/from=now-24h/);
  await tab.keyboard.press('t');
  await tab.getByRole('button', { name: 'UTC', exact: true }).click();
  await tab.getByLabel('From', { exact: true }).fill('2026-01-02T03:00:00');
  await tab.getByLabel('To', { exact: true }).fill('2026-01-02T02:00:00');
  await tab.getByRole('button', { name: 'Apply' }).click();
  await tab.getByText('The end must be after the start.').waitFor();
  await tab.getByLabel('To', { exact: true }).fill('2026-01-02T04:00:00');
  await tab.getByRole('button', { name: 'Apply' }).click();
  await tab.waitForURL(/from=2026-01-02T03:00:00.000Z&to=2026-01-02T04:00:00.000Z/);
  expect(new URL(tab.url()).searchParams.get('tz')).toBe('utc');
  await tab.getByRole('link', { name: 'Traces' }).first().click();
  await tab.waitForURL(/\/traces\?.*from=2026-01-02T03:00:00.000Z/);
  await tab.context().close();
});

test('a theme is kept, and nothing flashes: it is set before anything is painted', async () => {
  const tab = await page.open('/logs', { theme: 'light' });
  await tab.getByRole('button', { name: /^System theme/ }).click();
  await tab.getByRole('button', { name: /^Light theme/ }).click();
  await tab.getByRole('button', { name: /^Dark theme/ }).waitFor();
  await tab.reload();
  expect(await tab.evaluate('document.documentElement.dataset.theme')).toBe('dark');
  expect(await tab.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(14, 17, 20)');
  await tab.context().close();
});

test('at 375 pixels the views are reached from below, and nothing is wider than the page', async () => {
  const tab = await page.open('/logs', { width: 375, height: 812 });
  for (const name of ['Traces', 'Metrics', 'Services', 'Runs', 'Logs']) {
    await tab.locator('.bottom-bar').getByRole('link', { name }).click();
    await tab.getByRole('heading', { name, level: 1 }).waitFor();
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
  }
  await tab.context().close();
});

test('nothing was wrong in the console, nothing broke the policy, nobody else was asked', () => {
  expect(page.faults).toEqual([]);
});

test('with a token: the page asks for it, takes no other, and goes on', async () => {
  await using guarded = await startPage({ ML_OTEL_TOKEN: 'a-token-of-this-test' });
  const tab = await guarded.open('/logs');
  await tab.getByLabel('Token (ML_OTEL_TOKEN)').fill('another');
  await tab.getByRole('button', { name: 'Sign in' }).click();
  await tab.getByText('This is not the token.').waitFor();
  await tab.getByLabel('Token (ML_OTEL_TOKEN)').fill('a-token-of-this-test');
  await tab.getByRole('button', { name: 'Sign in' }).click();
  await tab.getByRole('heading', { name: 'No logs in this range' }).waitFor();
});
