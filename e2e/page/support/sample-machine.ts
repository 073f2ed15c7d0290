/** What an SDK reads of the machine of a run every 10 s, as it sends it: gauges, amounts, and counts since the machine's start. */

import { randomNumbers } from '../../../scripts/random-numbers.ts';
import { keyValues, type Sender, type Values } from './otlp-json.ts';
import type { RunMade } from './sample-runs.ts';

const SECOND = 1_000_000_000n;
const EVERY = 10;
const CUMULATIVE = 2;

interface MachineMade {
  /** Of the last reading, after the start of the run. */
  readonly seconds: number;
  /** Of the first one. Default 0. */
  readonly from?: number;
  /** The last value of the processors. Default 0.42. */
  readonly cpu?: number;
}

export async function sendMachine(
  sender: Sender,
  run: Pick<RunMade, 'id' | 'start'>,
  { seconds, from = 0, cpu = 0.42 }: MachineMade,
): Promise<void> {
  const times = Array.from({ length: Math.floor((seconds - from) / EVERY) + 1 }, (_, i) => from + i * EVERY);
  const last = times.at(-1)!;
  const points = (value: (at: number) => number, attributes: Values = {}) =>
    times.map((at) => ({
      timeUnixNano: String(run.start + BigInt(at) * SECOND),
      asDouble: value(at),
      attributes: keyValues({ 'job.id': run.id, rank: '0', ...attributes }),
    }));
  const random = randomNumbers(3);
  const around = (at: number, value: number) => (at === last ? value : value * (0.94 + 0.08 * random()));
  const sum = (name: string, dataPoints: object[], isMonotonic: boolean) => ({
    name,
    unit: 'By',
    sum: { dataPoints, isMonotonic, aggregationTemporality: CUMULATIVE },
  });
  const gpus = (mean: readonly number[]) =>
    mean.flatMap((one, index) =>
      points((at) => around(at, one), {
        'hw.id': `GPU-${index}`,
        'hw.name': 'NVIDIA H100',
        'hw.type': 'gpu',
      }),
    );
  await sender.metrics('trainer', [
    { name: 'system.cpu.utilization', unit: '1', gauge: { dataPoints: points((at) => around(at, cpu)) } },
    sum(
      'process.memory.usage',
      points((at) => around(at, 2.5e9)),
      false,
    ),
    { name: 'hw.gpu.utilization', unit: '1', gauge: { dataPoints: gpus([0.97, 0.91]) } },
    { name: 'hw.temperature', unit: 'Cel', gauge: { dataPoints: gpus([71, 68]) } },
    sum(
      'system.network.io',
      [
        ...points((at) => 8e9 + at * 5e6, { 'network.io.direction': 'receive' }),
        ...points((at) => 3e9 + at * 1e6, { 'network.io.direction': 'transmit' }),
      ],
      true,
    ),
  ]);
}
