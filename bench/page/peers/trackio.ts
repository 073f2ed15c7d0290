import { join } from 'node:path';
import { freePort } from '../../../scripts/free-port.ts';
import type { Contestant } from '../contestant.ts';
import type { Scale } from '../scale.ts';
import { ensurePeerData } from './peer-data.ts';
import { startServer } from './start-server.ts';

const SHOW = `
import sys, trackio
trackio.show(open_browser=False, block_thread=True, host="127.0.0.1", server_port=int(sys.argv[1]))`;

/** trackio's own dashboard. */
export async function startTrackio(scale: Scale): Promise<Contestant> {
  const { venv, folder } = await ensurePeerData('trackio', scale);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const server = await startServer({
    command: [join(venv, 'bin/python'), '-c', SHOW, String(port)],
    env: { TRACKIO_DIR: folder },
    ready: async () => (await fetch(url)).ok,
  });
  return {
    name: 'trackio',
    run: {
      url: `${url}metrics?project=long`,
      drawn: "all('canvas').some(painted)",
      chart: 'canvas',
    },
    list: { url: `${url}runs?project=runs`, drawn: "rows('tr', 'run-')" },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
