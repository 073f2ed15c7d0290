/**
 * Holds the arrows of import: who may import from where. The table below is the rule; a file is judged by the first
 * area whose folder it lies in. Imports of packages from the registry are not judged.
 */
import { dirname, join, normalize } from 'node:path';

export type Area = {
  /** A folder, or a single file. */
  readonly folder: string;
  /** Folders that its files may import from, besides their own. */
  readonly mayImport: readonly string[];
  /** Folders of which they may know the types: nothing of those is there when the code runs. */
  readonly mayImportTypes?: readonly string[];
};

const BRIDGE = 'packages/ml-otel-bridge/src';
const STORE = 'packages/telemetry-store/src';

/** Interfaces that every part of the bridge takes: the time, and where to say something. */
const LEAVES = [`${BRIDGE}/clock.ts`, `${BRIDGE}/logger.ts`, `${BRIDGE}/version.ts`];

/** More particular folders first. Inside the bridge: schema <- sources; schema <- mapping <- runs <- export. */
export const AREAS: readonly Area[] = [
  { folder: `${BRIDGE}/schema`, mayImport: [] },
  { folder: `${BRIDGE}/sources`, mayImport: [`${BRIDGE}/schema`, ...LEAVES] },
  { folder: `${BRIDGE}/mapping`, mayImport: [`${BRIDGE}/schema`, ...LEAVES] },
  { folder: `${BRIDGE}/runs`, mayImport: [`${BRIDGE}/schema`, `${BRIDGE}/mapping`, ...LEAVES] },
  {
    folder: `${BRIDGE}/export`,
    mayImport: [`${BRIDGE}/schema`, `${BRIDGE}/mapping`, `${BRIDGE}/runs`, ...LEAVES],
  },
  // They would make circles if they imported more.
  ...LEAVES.map((folder) => ({ folder, mayImport: [`${BRIDGE}/schema`] })),
  { folder: 'packages/ml-otel-bridge', mayImport: [] },
  { folder: `${STORE}/connection`, mayImport: [] },
  { folder: `${STORE}/migrate`, mayImport: [`${STORE}/connection`] },
  { folder: `${STORE}/ingest`, mayImport: [`${STORE}/connection`] },
  { folder: `${STORE}/retention`, mayImport: [`${STORE}/connection`] },
  { folder: `${STORE}/queries`, mayImport: [`${STORE}/connection`] },
  { folder: 'packages/telemetry-store', mayImport: [] },
  { folder: 'packages/service-kit', mayImport: [] },
  // What runs in a browser: of the server it knows what it answers, no more.
  { folder: 'services/explorer/src/web', mayImport: [], mayImportTypes: ['services/explorer/src/api'] },
  { folder: 'services/explorer', mayImport: ['packages'] },
  { folder: 'services/sidecar', mayImport: ['packages'] },
  { folder: 'services/push-gateway', mayImport: ['packages'] },
  { folder: 'services/mock-trainer', mayImport: ['packages'] },
  { folder: 'scripts', mayImport: ['packages'] },
  { folder: 'e2e', mayImport: ['packages', 'scripts'] },
  { folder: 'bench', mayImport: ['packages', 'scripts', 'e2e'] },
];

/** Names under which the workspace's own packages are imported. */
const WORKSPACE: Readonly<Record<string, string>> = {
  'ml-otel-bridge': 'packages/ml-otel-bridge',
  '@ml-otel/service-kit': 'packages/service-kit',
  '@ml-otel/telemetry-store': 'packages/telemetry-store',
};

/** A test, and what helps it, may use all of its own package and what the bridge offers for tests. */
const FOR_TESTS = [`${BRIDGE}/testing`];

export type BadArrow = { readonly file: string; readonly line: number; readonly imports: string };

// A statement's own line, or its last one; an import() anywhere. Lines of text that only look alike are not meant.
const IMPORT =
  /(?:^\s*(?:import\b|export\b|\})[^'"`]*\bfrom\s*|^\s*import\s*|\bimport\(\s*)(['"])([^'"\n]+)\1/;

/** The arrows of one file that the table forbids. `file` is relative to the root of the repository. */
export function badArrows(file: string, source: string): BadArrow[] {
  const area = AREAS.find(({ folder }) => isInside(file, folder));
  if (area === undefined) return [];
  const allowed = [area.folder, ...area.mayImport, ...(isTest(file) ? [packageOf(file), ...FOR_TESTS] : [])];
  const ofTypes = area.mayImportTypes === undefined ? [] : typeImports(file, source);
  return source.split('\n').flatMap((text, index) => {
    const specifier = IMPORT.exec(text)?.[2];
    const target = targetOf(file, specifier);
    if (target === undefined || allowed.some((folder) => isInside(target, folder))) return [];
    if (ofTypes.includes(specifier!) && area.mayImportTypes?.some((folder) => isInside(target, folder)))
      return [];
    return [{ file, line: index + 1, imports: target }];
  });
}

/** What a file imports of which nothing is left when it runs. */
function typeImports(file: string, source: string): string[] {
  const transpiler = new Bun.Transpiler({ loader: file.endsWith('x') ? 'tsx' : 'ts' });
  const left = new Set(transpiler.scanImports(source).map(({ path }) => path));
  const all = source.split('\n').flatMap((text) => IMPORT.exec(text)?.[2] ?? []);
  return all.filter((specifier) => !left.has(specifier));
}

/** Every forbidden arrow of the repository. */
export async function findBadArrows(root: string): Promise<BadArrow[]> {
  const found: BadArrow[] = [];
  for await (const file of new Bun.Glob('{packages,services,scripts,e2e,bench}/**/*.{ts,tsx}').scan(root)) {
    if (/(^|\/)(node_modules|dist)\//.test(file)) continue;
    found.push(...badArrows(file, await Bun.file(join(root, file)).text()));
  }
  return found.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

function targetOf(file: string, specifier: string | undefined): string | undefined {
  if (specifier === undefined) return undefined;
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier));
  const name = Object.keys(WORKSPACE).find((own) => isInside(specifier, own));
  return name === undefined ? undefined : WORKSPACE[name] + specifier.slice(name.length);
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function isTest(file: string): boolean {
  return /\.test\.tsx?$|\/testing\//.test(file);
}

/** `packages/x`, `services/x`, or the folder at the root. */
function packageOf(file: string): string {
  const [folder, name] = file.split('/');
  return folder === 'packages' || folder === 'services' ? `${folder}/${name}` : folder!;
}

if (import.meta.main) {
  const found = await findBadArrows(join(import.meta.dir, '..'));
  for (const { file, line, imports } of found) {
    console.error(
      `${file}:${line}: must not import ${imports} (the rule is the table in scripts/check-arrows.ts)`,
    );
  }
  process.exitCode = found.length === 0 ? 0 : 1;
}
