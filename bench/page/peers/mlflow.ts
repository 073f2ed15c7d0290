import { join } from 'node:path';
import { freePort } from '../../../scripts/free-port.ts';
import type { Contestant } from '../contestant.ts';
import type { Scale } from '../scale.ts';
import { ensurePeerData } from './peer-data.ts';
import { startServer } from './start-server.ts';

interface Ids {
  readonly longExperiment: string;
  readonly longRun: string;
  readonly shortExperiment: string;
}

/** MLflow's server over its SQLite store. */
export async function startMlflow(scale: Scale): Promise<Contestant> {
  const { venv, folder } = await ensurePeerData('mlflow', scale);
  const ids = (await Bun.file(join(folder, 'ids.json')).json()) as Ids;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const server = await startServer({
    command: [
      join(venv, 'bin/mlflow'),
      'server',
      ...['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
      ...['--default-artifact-root', join(folder, 'artifacts')],
      ...['--host', '127.0.0.1', '--port', String(port), '--workers', '2'],
    ],
    env: { PATH: `${join(venv, 'bin')}:${process.env.PATH}` },
    ready: async () => (await fetch(`${url}health`)).ok,
  });
  return {
    name: 'MLflow',
    run: {
      url: `${url}#/experiments/${ids.longExperiment}/runs/${ids.longRun}/model-metrics`,
      drawn: "all('.js-plotly-plot path.js-line').some(long)",
      chart: '.js-plotly-plot',
    },
    list: { url: `${url}#/experiments/${ids.shortExperiment}/runs`, drawn: "rows('[role=row]', 'run-')" },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
