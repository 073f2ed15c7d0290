import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../../scripts/cache-folder.ts';
import { ensurePythonVenv } from '../../../scripts/ensure-python-venv.ts';
import { run } from '../../../scripts/run-command.ts';
import type { Scale } from '../scale.ts';

export const PEERS = ['tensorboard', 'mlflow', 'trackio'] as const;
export type PeerName = (typeof PEERS)[number];

export interface PeerData {
  /** Its programs are in `bin`. */
  readonly venv: string;
  /** What `<peer>_data.py` wrote. */
  readonly folder: string;
}

/**
 * A peer in the version of its requirements file, with the data in its own store: made the first time, which takes minutes
 * for a million steps, and kept in the cache folder until the script that writes it changes.
 */
export async function ensurePeerData(peer: PeerName, { steps, runs }: Scale): Promise<PeerData> {
  const texts = await Promise.all(
    [`${peer}.txt`, `${peer}_data.py`, 'curves.py'].map((name) =>
      Bun.file(join(import.meta.dir, name)).text(),
    ),
  );
  const venv = await ensurePythonVenv(texts[0]!.trim().split('\n'));
  const key = Bun.hash([...texts, steps, runs].join('\n')).toString(16);
  const folder = join(cacheFolder(), 'bench-page', `${peer}-${key}`);
  const made = Bun.file(join(folder, '.made'));
  if (!(await made.exists())) {
    // Not made to its end the last time.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const script = join(import.meta.dir, `${peer}_data.py`);
    await run([join(venv, 'bin/python'), script, folder, String(steps), String(runs)], {
      env: { ...OFFLINE, TRACKIO_DIR: folder, PYTHONDONTWRITEBYTECODE: '1' },
    });
    await made.write('');
  }
  return { venv, folder };
}

/** No peer asks home. */
export const OFFLINE = { HF_HUB_OFFLINE: '1', MLFLOW_DISABLE_TELEMETRY: 'true', DO_NOT_TRACK: 'true' };
