import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../scripts/run-command.ts';

/** The lowest Node line that the library promises to run under. */
const NODE = { package: `node-${process.platform}-${process.arch}`, version: '22.23.3' };

/** Path of a Node 22 binary, installed through npm into the cache folder. */
export async function ensureNode(): Promise<string> {
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const cache = process.env.ML_OTEL_CACHE_DIR ?? join(base, 'ml-otel-bridge');
  const folder = join(cache, `node-${NODE.version}`);
  const binary = join(folder, 'node_modules', NODE.package, 'bin/node');
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const made = mkdtempSync(join(cache, 'node-new-'));
  writeFileSync(join(made, 'package.json'), '{}');
  await run(['npm', 'install', '--silent', '--no-audit', '--no-fund', `${NODE.package}@${NODE.version}`], {
    cwd: made,
  });
  try {
    renameSync(made, folder);
  } catch {
    // Another run made it first.
    rmSync(made, { recursive: true, force: true });
  }
  return binary;
}
