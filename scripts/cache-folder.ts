import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloads and builds are kept, outside the checkout; the same place as in the Makefile. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.ML_OTEL_CACHE_DIR || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ml-otel-bridge');
}
