import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { type PageManifest, readManifest } from './page-manifest.ts';

const EXPLORER = join(import.meta.dir, '../..');
const SOURCES = join(EXPLORER, 'src/web');

/** Where the built page lies: `index.html`, `assets/`, and `manifest.json`, which says what is what. */
export const PAGE_FOLDER = join(EXPLORER, 'dist/web');

/** Builds the page unless `folder` holds what its sources would give. Without sources, what is there is taken as it is. */
export async function ensurePage(folder: string = PAGE_FOLDER): Promise<void> {
  const sources = await hashOfSources();
  if (sources === undefined || (await readManifest(folder))?.sources === sources) return;
  await buildPage(folder, sources);
}

/**
 * Bundles the page into `folder`: names carry a hash of the content, each view is a piece of its own, and everything that
 * can be compressed lies beside its compressed form (`.br`, `.gz`). The folder appears complete or not at all.
 *
 * @throws AggregateError with what the bundler had to say
 */
export async function buildPage(folder: string = PAGE_FOLDER, sources?: string): Promise<void> {
  const result = await Bun.build({
    entrypoints: [
      join(SOURCES, 'main.tsx'),
      join(SOURCES, 'theme-at-start.ts'),
      join(SOURCES, 'styles/app.css'),
    ],
    target: 'browser',
    format: 'esm',
    splitting: true,
    minify: true,
    sourcemap: 'none',
    publicPath: '/',
    naming: {
      entry: 'assets/[name]-[hash].[ext]',
      chunk: 'assets/[name]-[hash].[ext]',
      asset: 'assets/[name]-[hash].[ext]',
    },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const files = new Map<string, Uint8Array>();
  const pathOf = ({ path }: Bun.BuildArtifact) => path.replace(/^\.?\//, '');
  for (const output of result.outputs) files.set(pathOf(output), new Uint8Array(await output.arrayBuffer()));
  const entries = result.outputs
    .filter(({ kind, path }) => kind === 'entry-point' || path.endsWith('.css'))
    .map(pathOf);
  const named = (start: string, end: string) =>
    entries.find((path) => path.startsWith(`assets/${start}-`) && path.endsWith(end)) ??
    fail(`the bundler made no ${start}${end}`);
  const script = named('main', '.js');
  const icon = `assets/icon-${Bun.hash(await Bun.file(join(SOURCES, 'icon.svg')).text()).toString(36)}.svg`;
  files.set(icon, await Bun.file(join(SOURCES, 'icon.svg')).bytes());
  const initial = scriptsOf(script, files);
  const names = {
    script,
    style: named('app', '.css'),
    theme: named('theme-at-start', '.js'),
    icon,
    preloads: initial
      .filter((path) => path !== script)
      .map((path) => `<link rel="modulepreload" href="/${path}">`)
      .join('\n    '),
  };
  const template = await Bun.file(join(SOURCES, 'index.html')).text();
  files.set(
    'index.html',
    new TextEncoder().encode(
      template.replace(/\{\{(\w+)\}\}/g, (_, name: keyof typeof names) => names[name]),
    ),
  );
  const manifest: PageManifest = {
    sources: sources ?? (await hashOfSources()) ?? '',
    initial: [...initial, names.theme],
    views: viewScripts(initial, files),
    questions: (await import(join(SOURCES, 'first-questions.ts'))).FIRST_QUESTIONS,
    files: [...files.keys()].sort(),
  };
  await writeAll(folder, files, manifest);
}

/** What each view needs besides what all need: it is asked for with the page, not only when the router has run. */
function viewScripts(
  initial: readonly string[],
  files: ReadonlyMap<string, Uint8Array>,
): Record<string, string[]> {
  const views: Record<string, string[]> = {};
  for (const path of files.keys()) {
    const name = /^assets\/(\w+-view)-\w+\.js$/.exec(path)?.[1];
    if (name !== undefined)
      views[name] = scriptsOf(path, files).filter((script) => !initial.includes(script));
  }
  return views;
}

/** A script and all that it imports at once; what it imports when a view is opened is not among them. */
function scriptsOf(entry: string, files: ReadonlyMap<string, Uint8Array>): string[] {
  const found = new Set<string>();
  const transpiler = new Bun.Transpiler({ loader: 'js' });
  const visit = (path: string) => {
    const content = files.get(path);
    if (content === undefined || found.has(path)) return;
    found.add(path);
    for (const { kind, path: specifier } of transpiler.scanImports(new TextDecoder().decode(content)))
      if (kind === 'import-statement') visit(specifier.replace(/^\//, ''));
  };
  visit(entry);
  return [...found];
}

async function writeAll(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  manifest: PageManifest,
): Promise<void> {
  const fresh = `${folder}.${process.pid}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(join(fresh, 'assets'), { recursive: true });
  for (const [path, content] of files) {
    await Bun.write(join(fresh, path), content);
    const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } });
    await Bun.write(join(fresh, `${path}.br`), brotli);
    await Bun.write(
      join(fresh, `${path}.gz`),
      Bun.gzipSync(content as Uint8Array<ArrayBuffer>, { level: 9 }),
    );
  }
  await Bun.write(join(fresh, 'manifest.json'), JSON.stringify(manifest, null, 2));
  await place(fresh, folder, manifest);
}

/** What another process made of the same sources meanwhile stays, as it is being read. */
async function place(fresh: string, folder: string, { sources }: PageManifest): Promise<void> {
  const isSame = async () => sources !== '' && (await readManifest(folder))?.sources === sources;
  const old = `${fresh}.old`;
  try {
    if (await isSame()) return;
    await rename(folder, old).catch(() => {});
    await rename(fresh, folder).catch(async (error: unknown) => {
      if (!(await isSame())) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

/** Of all that goes into the page; undefined where the sources are not there, as in an image. */
async function hashOfSources(): Promise<string | undefined> {
  const entries = await readdir(SOURCES, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  if (paths.length === 0) return undefined;
  const hash = new Bun.CryptoHasher('sha256');
  for (const path of [...paths.sort(), join(EXPLORER, 'package.json'), import.meta.path])
    hash.update(`${relative(EXPLORER, path)}\0`).update(await Bun.file(path).bytes());
  return hash.update(Bun.version).digest('hex');
}

function fail(message: string): never {
  throw new Error(message);
}

if (import.meta.main) await buildPage();
