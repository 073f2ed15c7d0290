import { extname, join } from 'node:path';
import { readManifest } from './page-manifest.ts';

/** How a file may be sent, by the name that `accept-encoding` has for it. */
export type Encoding = 'br' | 'gzip' | 'identity';

/** One file of the page, in memory. */
export interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly bytes: Readonly<Record<Encoding, Uint8Array<ArrayBuffer>>>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** The built page. */
export interface Page {
  /** By path, such as `/assets/main-1a2b3c.js`. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** Paths of the scripts of each view, by its name. */
  readonly views: Readonly<Record<string, readonly string[]>>;
  /** Addresses that a view asks first, by its name; `:runId` stands for what the path has there. */
  readonly questions: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads the built page. All of it is held (two megabytes), so a request can name nothing that is not of the page.
 *
 * @throws Error where there is no built page
 */
export async function readPage(folder: string): Promise<Page> {
  const manifest = await readManifest(folder);
  if (manifest === undefined)
    throw new Error('the page has not been built: run `bun run build` in services/explorer');
  const files = new Map<string, PageFile>();
  for (const path of manifest.files) {
    const [identity, br, gzip] = await Promise.all(
      ['', '.br', '.gz'].map((end) => Bun.file(join(folder, path + end)).bytes()),
    );
    files.set(`/${path}`, {
      type: TYPES[extname(path)] ?? 'application/octet-stream',
      etag: `"${Bun.hash(identity!).toString(36)}"`,
      bytes: { identity: identity!, br: br!, gzip: gzip! },
    });
  }
  const views = Object.entries(manifest.views).map(([name, paths]) => [
    name,
    paths.map((path) => `/${path}`),
  ]);
  return { files, views: Object.fromEntries(views), questions: manifest.questions };
}
