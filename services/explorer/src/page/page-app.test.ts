import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { Hono } from 'hono';
import { createHttpApp } from '../http-app.ts';
import { buildPage, ensurePage } from './build-page.ts';
import { createPageApp, VIEW_PATHS } from './page-app.ts';
import { readPage } from './page-files.ts';
import { type PageManifest, readManifest } from './page-manifest.ts';

/** Bytes, of all that a view needs before it can begin, as a browser gets it. */
const INITIAL_BUDGET = 250_000;

let folder: string;
let manifest: PageManifest;
let app: Hono;

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'ml-otel-page-')), 'web');
  await buildPage(folder);
  manifest = (await readManifest(folder))!;
  const page = createPageApp(await readPage(folder));
  const operations = new Hono().get('/metrics', (c) => c.text('of Prometheus'));
  app = createHttpApp({ page, operations, api: new Hono() });
});

afterAll(() => rm(join(folder, '..'), { recursive: true }));

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('what is built', () => {
  test('the script that every view needs is within its budget', async () => {
    const sizes = await Promise.all(
      manifest.initial.map((path) => Bun.file(join(folder, `${path}.gz`)).size),
    );
    expect(manifest.initial.length).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(INITIAL_BUDGET);
  });

  test('views are pieces of their own', () => {
    for (const view of ['logs', 'traces', 'trace', 'metrics', 'services', 'runs', 'run', 'compare']) {
      const piece = manifest.files.find((path) => path.startsWith(`assets/${view}-view-`));
      expect(piece).toBeDefined();
      expect(manifest.initial).not.toContain(piece!);
    }
  });

  test('nothing is inline, and nothing comes from elsewhere', async () => {
    const index = await Bun.file(join(folder, 'index.html')).text();
    expect(index).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=|\{\{/);
    for (const [, address] of index.matchAll(/(?:src|href)="([^"]*)"/g)) {
      expect(address).toStartWith('/assets/');
      expect(manifest.files).toContain(address!.slice(1));
    }
    const style = manifest.files.find((path) => path.endsWith('.css'))!;
    expect(await Bun.file(join(folder, style)).text()).not.toMatch(/url\(|@import/);
  });

  test('what is there is not built again, unless the sources say otherwise', async () => {
    const before = (await readdir(folder, { recursive: true })).sort();
    const { ino } = await Bun.file(join(folder, 'manifest.json')).stat();
    await ensurePage(folder);
    expect((await Bun.file(join(folder, 'manifest.json')).stat()).ino).toBe(ino);
    await Bun.write(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, sources: 'others' }));
    await ensurePage(folder);
    expect((await readManifest(folder))?.sources).toBe(manifest.sources);
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(before);
  });
});

describe('what is served', () => {
  test.each(VIEW_PATHS.map((path) => path.replace(/:\w+/, 'a%2Fb')))('the page at %s', async (path) => {
    const response = await app.request(path, { headers: html });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(await response.text()).toContain('<div id="page">');
  });

  test('the scripts of a view are named with the page, so that they are asked for at once', async () => {
    const response = await app.request('/runs/a', { headers: html });
    const links = [...(response.headers.get('link') ?? '').matchAll(/<\/([^>]*)>; rel=modulepreload/g)];
    const scripts = links.map(([, script]) => script!);
    expect(scripts.some((script) => script.startsWith('assets/run-view-'))).toBe(true);
    for (const script of scripts) {
      expect(manifest.files).toContain(script);
      expect(manifest.initial).not.toContain(script);
    }
  });

  test('what a view asks first is named with the page, unless its address says more', async () => {
    const linksOf = async (path: string) =>
      (await app.request(path, { headers: html })).headers.get('link') ?? '';
    const links = await linksOf('/runs/a%2Fb%3E%22%0D%0Ax');
    expect(links).toContain('</api/runs/a%2Fb%3E%22%0D%0Ax>; rel=preload; as=fetch; crossorigin');
    expect(links).toContain('</api/runs/a%2Fb%3E%22%0D%0Ax/series?metric=');
    expect(await linksOf('/runs')).toContain('</api/runs?');
    for (const path of ['/runs?q=x', '/runs/a?x0=1&x1=2', '/logs'])
      expect(await linksOf(path)).not.toContain('rel=preload');
  });

  test('files for ever, with their type, compressed as the browser likes', async () => {
    for (const path of manifest.files.filter((file) => file !== 'index.html')) {
      const response = await app.request(`/${path}`, { headers: { 'accept-encoding': 'gzip, deflate, br' } });
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('content-encoding')).toBe('br');
      expect(response.headers.get('vary')).toBe('accept-encoding');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-type')).toMatch(/javascript|css|svg/);
      const content = brotliDecompressSync(await response.bytes());
      expect(content.equals(await Bun.file(join(folder, path)).bytes())).toBe(true);
    }
  });

  test.each([
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=0, br;q=0.0', null],
    ['', null],
  ])('for "%s" it is encoded as %p', async (accepted, encoding) => {
    const response = await app.request(`/${manifest.initial[0]}`, {
      headers: { 'accept-encoding': accepted },
    });
    expect(response.headers.get('content-encoding')).toBe(encoding);
  });

  test('nothing again that has not changed', async () => {
    const first = await app.request('/logs', { headers: html });
    const etag = first.headers.get('etag')!;
    for (const tag of [etag, `"x", W/${etag}`, '*']) {
      const again = await app.request('/logs', { headers: { ...html, 'if-none-match': tag } });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
    }
    expect((await app.request('/logs', { headers: { ...html, 'if-none-match': '"x"' } })).status).toBe(200);
  });

  test('/metrics to Prometheus, unless a browser goes there', async () => {
    expect(await (await app.request('/metrics')).text()).toBe('of Prometheus');
    const openMetrics = { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5,*/*;q=0.1' };
    expect(await (await app.request('/metrics', { headers: openMetrics })).text()).toBe('of Prometheus');
    const page = await app.request('/metrics', { headers: html });
    expect(await page.text()).toContain('<div id="page">');
    expect(page.headers.get('vary')).toContain('accept');
  });

  test.each([
    '/api/nothing',
    '/nothing',
    '/runs/a/b',
    '/index.html',
    '/manifest.json',
    '/assets/',
    '/assets/nothing.js',
    '/assets/../manifest.json',
    '/assets/..%2fmanifest.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..\\..\\package.json',
    '/assets//etc/passwd',
    '/assets/%00',
    '/assets/%ff',
  ])('nothing at %s', async (path) => {
    const response = await app.request(path, { headers: html });
    expect(response.status).toBe(404);
  });

  test('only reading', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await app.request('/logs', { method, headers: html })).status).toBe(404);
    expect((await app.request('/logs', { method: 'HEAD', headers: html })).status).toBe(200);
  });
});
