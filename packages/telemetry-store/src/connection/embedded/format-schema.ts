import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../connection.ts';

/**
 * A format schema given as text becomes a file, named by its content. The engine would put it into a folder
 * `__cache__` of the working directory, which may not be ours to write.
 */
export function schemaAsFile(settings: Settings, folder: string): Settings {
  if (settings.format_schema_source !== 'string') return settings;
  const text = String(settings.format_schema);
  const path = join(folder, `${new Bun.CryptoHasher('sha256').update(text).digest('hex')}.proto`);
  if (!existsSync(path)) {
    const draft = `${path}.${crypto.randomUUID()}`;
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, path);
  }
  return { ...settings, format_schema_source: 'file', format_schema: path };
}
