import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from '../../e2e/support/temp-folder.ts';
import { ensurePythonVenv } from '../../scripts/ensure-python-venv.ts';
import { pythonForTests } from '../../scripts/python-tests.ts';
import { textTable } from '../../scripts/text-table.ts';
import { showSpread, spreadOf } from '../support/spread.ts';

const ROUNDS = 3;
const PAUSE_SECONDS = 0.002;
const PACED_STEPS = 1_000;

interface Contestant {
  readonly key: string;
  readonly name: string;
  /** Steps without a pause: about a second or two of each. */
  readonly steps: number;
  readonly ours?: boolean;
}

const CONTESTANTS: readonly Contestant[] = [
  { key: 'json', name: 'json.dumps, a line in a file', steps: 20_000, ours: true },
  { key: 'ours', name: 'ours, receiver on this machine', steps: 20_000, ours: true },
  { key: 'ours-offline', name: 'ours, offline', steps: 20_000, ours: true },
  { key: 'trackio', name: 'trackio', steps: 20_000 },
  { key: 'wandb', name: 'wandb offline', steps: 5_000 },
  { key: 'mlflow-async', name: 'mlflow, file store, async', steps: 2_000 },
  { key: 'tensorboardx', name: 'tensorboardX', steps: 2_000 },
  { key: 'mlflow', name: 'mlflow, file store', steps: 1_000 },
];

/** What one process measured: microseconds, and the steps that it logged and kept. */
interface Measured {
  readonly mean: number;
  readonly median: number;
  readonly p99: number;
  readonly cpu: number;
  readonly steps: number;
  readonly kept: number;
}

/**
 * Microseconds of the calling thread for one `log` of nine scalars, without a pause between two and with one of 2 ms; each
 * contestant in a process of its own, one after the other in each round. What it kept is counted.
 */
export async function measurePythonLog(): Promise<string> {
  await using folder = await tempFolder();
  const requirements = await Bun.file(join(import.meta.dir, 'requirements.txt')).text();
  const peers = join(await ensurePythonVenv(requirements.trim().split('\n')), 'bin/python');
  const own = await pythonForTests();
  const measured = CONTESTANTS.map(() => ({ tight: [] as Measured[], paced: [] as Measured[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, contestant] of CONTESTANTS.entries()) {
      const python = contestant.ours ? own : peers;
      const into = (way: string) => join(folder.path, `${contestant.key}-${way}-${round}`);
      const { tight, paced } = measured[index]!;
      tight.push(await measure(python, contestant, contestant.steps, 0, into('tight')));
      paced.push(await measure(python, contestant, PACED_STEPS, PAUSE_SECONDS, into('paced')));
    }
  }
  const show = (of: readonly Measured[], what: keyof Measured, digits: number) =>
    showSpread(spreadOf(of.map((one) => one[what])), digits);
  const rows = CONTESTANTS.map(({ name }, index) => {
    const { tight, paced } = measured[index]!;
    return [
      name,
      show(tight, 'mean', 1),
      show(paced, 'mean', 1),
      show(paced, 'p99', 0),
      show(tight, 'cpu', 1),
      String([...tight, ...paced].reduce((lost, { steps, kept }) => lost + steps - kept, 0)),
    ];
  });
  return [
    textTable(
      [
        'µs a step of 9 scalars',
        'log, no pause',
        'log, 2 ms between',
        'its 99th percentile',
        'processor',
        'lost',
      ],
      rows,
    ),
    `${ROUNDS} rounds. Processor: of the whole process, its threads and children, to its end, without a pause.`,
  ].join('\n');
}

async function measure(
  python: string,
  { key, steps: _, ours }: Contestant,
  steps: number,
  pause: number,
  folder: string,
): Promise<Measured> {
  await mkdir(folder);
  await using receiver = key === 'ours' ? await startReceiver(python) : undefined;
  const child = Bun.spawn(
    [
      python,
      join(import.meta.dir, 'measure.py'),
      key,
      String(steps),
      String(pause),
      folder,
      ...(receiver ? [receiver.endpoint] : []),
    ],
    {
      cwd: folder,
      stdout: 'pipe',
      stderr: 'pipe',
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        WANDB_ERROR_REPORTING: 'false',
        ...(ours && { PYTHONPATH: join(import.meta.dir, '../../python/src') }),
      },
    },
  );
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${key} ended with ${code}: ${errors.slice(-2_000)}`);
  const result = JSON.parse(output.trim().split('\n').at(-1)!) as Measured;
  return receiver ? { ...result, kept: await receiver.count() } : result;
}

async function startReceiver(python: string) {
  const child = Bun.spawn([python, join(import.meta.dir, 'receiver.py')], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const lines = linesOf(child.stdout);
  const endpoint = await lines.next();
  return {
    endpoint: String(endpoint.value),
    async count() {
      child.stdin.write('\n');
      child.stdin.flush();
      return Number((await lines.next()).value);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await child.exited;
    },
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
