import { join } from 'node:path';
import { freePorts } from '../../../scripts/free-port.ts';
import type { Contestant } from '../contestant.ts';
import type { Scale } from '../scale.ts';
import { ensurePeerData } from './peer-data.ts';
import { startServer } from './start-server.ts';

/** TensorBoard, a server for each log directory. As it comes it shows a sample of 1,000 points of each curve. */
export async function startTensorboard(scale: Scale): Promise<Contestant> {
  const { venv, folder } = await ensurePeerData('tensorboard', scale);
  await using scope = new AsyncDisposableStack();
  const [runPort, listPort] = await freePorts(2);
  const start = async (data: string, port: number, loaded: { run: string; step: number }) => {
    const url = `http://127.0.0.1:${port}/`;
    scope.use(
      await startServer({
        command: [
          join(venv, 'bin/tensorboard'),
          ...['--logdir', join(folder, data), '--host', '127.0.0.1', '--port', String(port)],
        ],
        ready: async () => {
          const points = await fetch(`${url}data/plugin/scalars/scalars?run=${loaded.run}&tag=training_loss`);
          return ((await points.json()) as [number, number, number][]).at(-1)?.[1] === loaded.step;
        },
      }),
    );
    return url;
  };
  const run = await start('long', runPort!, { run: 'long', step: scale.steps - 1 });
  const list = await start('runs', listPort!, {
    run: `run-${String(scale.runs - 1).padStart(4, '0')}`,
    step: 9,
  });
  const started = scope.move();
  return {
    name: 'TensorBoard',
    run: {
      url: run,
      drawn: "all('scalar-card line-chart canvas').some(painted)",
      chart: 'scalar-card line-chart .series-view',
    },
    list: { url: list, drawn: "rows('runs-data-table tb-data-table-content-row', 'run-')" },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
