import { run } from './run-command.ts';

/** Names under which systems have it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Path of a Chromium: `CHROMIUM_PATH`, else the one on the PATH, else Debian's, installed through apt when we are root. */
export async function ensureChromium(): Promise<string> {
  return process.env.CHROMIUM_PATH ?? onThePath() ?? (await installThroughApt()) ?? fail();
}

function onThePath(): string | undefined {
  for (const name of NAMES) {
    const path = Bun.which(name);
    if (path !== null) return path;
  }
  return undefined;
}

async function installThroughApt(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || Bun.which('apt-get') === null) return undefined;
  console.error('Installing Chromium through apt-get ...');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run(['apt-get', 'update', '-qq'], { env });
  await run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
  return onThePath();
}

function fail(): never {
  throw new Error(
    'Chromium is missing. Install it (Debian: `sudo apt-get install chromium`) or say with CHROMIUM_PATH where it is, ' +
      'then run this again.',
  );
}
