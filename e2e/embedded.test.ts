import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { startRun } from 'ml-otel-bridge';
import { openEmbedded } from '../packages/telemetry-store/src/index.ts';
import { EMBEDDED_PORTS } from '../scripts/embedded-ports.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { childrenOf, childWith, livingOf } from './support/child-processes.ts';
import { onFreePorts } from './support/on-free-ports.ts';
import { type Script, startScript } from './support/script.ts';
import { type TempFolder, tempFolder } from './support/temp-folder.ts';

setDefaultTimeout(600_000);

const INTERVAL_SECONDS = 0.5;
/** A step that the next one overwrites so soon may never have been read: nobody can. */
const OVERWRITTEN_AT_ONCE_MILLIS = 250;

const started: Script[] = [];

afterAll(() => Promise.all(started.map((script) => script[Symbol.asyncDispose]())));

async function freshSettings(folder: string): Promise<Record<string, string>> {
  return { ML_OTEL_DATA_DIR: folder, ...(await onFreePorts(EMBEDDED_PORTS)) };
}

/** `make start`, with a trainer that writes twice a second. */
async function start(env: Record<string, string>): Promise<Script> {
  const script = startScript(['scripts/start.ts', '--interval', String(INTERVAL_SECONDS)], env);
  started.push(script);
  await script.says('Everything runs');
  return script;
}

type Step = { readonly epoch: number; readonly batch: number; readonly value: number };

/**
 * The embedded product is killed in two ways while three senders are at work: the explorer alone, then every process at
 * once. At the end it is stopped with Ctrl-C, and what lies in the store is compared with what was sent.
 */
describe('make start, killed twice', () => {
  let folder: TempFolder;
  /** What the trainer certainly wrote, and all that it told of. */
  const trained: Step[] = [];
  const told: Step[] = [];
  const pushed: Step[] = [];
  const logged: Step[] = [];
  let stored: Map<string, (Step & { readonly values: number })[]>;
  let outcomes: { readonly afterKill: number; readonly output: string; readonly orphans: number[] };
  let verified: { readonly code: number; readonly output: string };
  let lastCode: number;

  beforeAll(async () => {
    folder = await tempFolder();
    const env = await freshSettings(folder.path);
    const senders = startSenders(env, { pushed, logged });

    const first = await start(env);
    await senders.sent(40);
    await trainedSteps(first, 4);
    const children = childrenOf(first.pid);
    process.kill(childWith(first.pid, 'services/explorer'), 'SIGKILL');
    outcomes = {
      afterKill: await first.exited,
      output: first.output(),
      orphans: livingOf(children.keys()),
    };
    trained.push(...certainSteps(first));

    const second = await start(env);
    const verify = startScript(['scripts/verify.ts', '--timeout', '60'], env);
    verified = { code: await verify.exited, output: verify.output() };
    await senders.sent(80);
    await trainedSteps(second, 4);
    const all = [second.pid, ...childrenOf(second.pid).keys()];
    for (const pid of all) process.kill(pid, 'SIGKILL');
    await second.exited;
    await waitUntil(() => livingOf(all).length === 0, { what: 'all processes to be gone' });
    // The last one may have been on its way into the file.
    trained.push(...certainSteps(second).slice(0, -1));

    const third = await start(env);
    await senders.sent(120);
    await trainedSteps(third, 4);
    await senders.end();
    process.kill(third.pid, 'SIGINT');
    lastCode = await third.exited;
    trained.push(...certainSteps(third));
    told.push(...[first, second, third].flatMap(timedSteps).map(({ step }) => step));
    stored = await storedLosses(join(folder.path, 'store'));
  });

  afterAll(() => folder?.[Symbol.asyncDispose]());

  test('a killed explorer is named, and ends the others', () => {
    expect(outcomes).toEqual({
      afterKill: 1,
      output: expect.stringContaining('explorer ended with exit code 137'),
      orphans: [],
    });
  });

  test('make verify finds what runs, and what it stored', () => {
    expect(verified).toEqual({
      code: 0,
      output: expect.stringMatching(/ml\.training\.loss +\d.*is in the store/s),
    });
  });

  test('Ctrl-C ends it with success', () => expect(lastCode).toBe(0));

  test('what the gateway and the program’s library took is there, each step once, with its value', () => {
    expect(pushed.length).toBeGreaterThanOrEqual(120);
    expect(logged.length).toBeGreaterThanOrEqual(120);
    expect(stored.get('pushed')).toEqual(pushed.map((step) => ({ ...step, values: 1 })));
    expect(stored.get('logged')).toEqual(logged.map((step) => ({ ...step, values: 1 })));
  });

  test('what the trainer wrote is there, each step once for each of its three runs', () => {
    const rows = stored.get('training-job-123')!;
    for (const { values } of rows) expect(values).toBe(1);
    const found = countsOf(rows);
    const missing = [...countsOf(trained)].filter(([step, count]) => (found.get(step) ?? 0) < count);
    expect(missing).toEqual([]);
    // A step that was written in the moment of the kill may not have been told any more.
    const toldCounts = countsOf(told);
    const repeated = [...found].filter(([step, count]) => count > (toldCounts.get(step) ?? 0));
    expect(repeated.length).toBeLessThanOrEqual(1);
  });
});

test('Ctrl-C while the explorer hangs: what the gateway took waits in its spool for the next start', async () => {
  await using folder = await tempFolder();
  const env = await freshSettings(folder.path);
  const first = await start(env);
  process.kill(childWith(first.pid, 'services/explorer'), 'SIGSTOP');
  const pushed = Array.from({ length: 20 }, (_, index) => stepAt(index));
  for (const step of pushed) expect(await push(env, step, Date.now())).toBe(true);
  process.kill(first.pid, 'SIGINT');
  expect(await first.exited).toBe(0);
  expect(first.output()).toMatch(/explorer +\| it did not end within/);

  const second = await start(env);
  const query = new URLSearchParams({
    from: new Date(Date.now() - 3_600_000).toISOString(),
    to: new Date(Date.now() + 3_600_000).toISOString(),
    run: 'pushed',
    metric: 'ml.training.loss',
    aggregation: 'min',
    across: 'min',
    step: '1h',
  });
  await waitUntil(
    async () => {
      const answer = await fetch(`http://127.0.0.1:${env.EXPLORER_PORT}/api/metrics/query?${query}`);
      // The value of the last step, which is the least.
      return /\b0\.05\b/.test(await answer.text());
    },
    { what: 'what was pushed to be stored' },
  );
  process.kill(second.pid, 'SIGINT');
  expect(await second.exited).toBe(0);
  const stored = await storedLosses(join(folder.path, 'store'));
  expect(stored.get('pushed')).toEqual(pushed.map((step) => ({ ...step, values: 1 })));
});

test('a port that is taken is named, with the variable that moves it', async () => {
  using taken = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
  await using script = startScript(['scripts/start.ts'], {
    ...(await onFreePorts(EMBEDDED_PORTS)),
    EXPLORER_PORT: String(taken.port),
  });
  expect(await script.exited).toBe(1);
  expect(script.lines).toEqual([
    `Port ${taken.port} is taken: end what listens there, or set EXPLORER_PORT (0: any free one).`,
  ]);
});

type Senders = {
  /** Resolves when each has had so many steps taken. */
  sent(steps: number): Promise<void>;
  end(): Promise<void>;
};

/** A client of the gateway that repeats what was not answered 202, and a program with the library; ten steps a second. */
function startSenders(env: Record<string, string>, taken: { pushed: Step[]; logged: Step[] }): Senders {
  const begin = Date.now();
  const ended = new AbortController();
  const run = startRun({
    jobId: 'logged',
    bridgeOptions: { endpoint: `http://127.0.0.1:${env.OTLP_GRPC_PORT}` },
  });

  async function send(): Promise<void> {
    while (!ended.signal.aborted) {
      const loggedStep = stepAt(taken.logged.length);
      run.log({ loss: loggedStep.value }, { epoch: loggedStep.epoch, batch: loggedStep.batch });
      taken.logged.push(loggedStep);
      const pushedStep = stepAt(taken.pushed.length);
      if (await push(env, pushedStep, begin)) taken.pushed.push(pushedStep);
      await Bun.sleep(100);
    }
  }

  const sending = send();
  return {
    sent: (steps) =>
      waitUntil(() => Math.min(taken.pushed.length, taken.logged.length) >= steps, {
        what: `${steps} steps to be sent`,
      }).then(() => {}),
    end: async () => {
      ended.abort();
      await sending;
      expect(await run.end()).toBe(true);
    },
  };
}

/** Whether the gateway took a step of the run `pushed`, whose time is `begin` and its batch in milliseconds. */
async function push(env: Record<string, string>, step: Step, begin: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${env.PUSH_GATEWAY_PORT}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      timestamp: new Date(begin + step.batch).toISOString(),
      job_metadata: { job_id: 'pushed' },
      training_metrics: { epoch: step.epoch, batch_number: step.batch, loss: step.value },
    }),
  }).catch(() => undefined);
  return answer?.status === 202;
}

function stepAt(index: number): Step {
  return { epoch: Math.floor(index / 25), batch: index, value: 1 / (index + 1) };
}

/** The trainer's log line of a step. */
const STEP = /(\d\d):(\d\d):([\d.]+) INFO {2}step .* epoch=(\d+) batch=(\d+) loss=([\d.]+)/;

/** The steps that the trainer says it wrote, but for those that it overwrote at once. */
function certainSteps(script: Script): Step[] {
  const steps = timedSteps(script);
  return steps
    .filter(({ time }, index) => {
      const next = steps[index + 1];
      return next === undefined || next.time - time >= OVERWRITTEN_AT_ONCE_MILLIS;
    })
    .map(({ step }) => step);
}

function timedSteps(script: Script): { time: number; step: Step }[] {
  return script.lines.flatMap((line) => {
    const [hours, minutes, seconds, epoch, batch, value] = STEP.exec(line)?.slice(1).map(Number) ?? [];
    if (value === undefined) return [];
    const time = ((hours! * 60 + minutes!) * 60 + seconds!) * 1_000;
    return [{ time, step: { epoch: epoch!, batch: batch!, value } }];
  });
}

async function trainedSteps(script: Script, count: number): Promise<void> {
  await waitUntil(() => certainSteps(script).length >= count, { what: `${count} steps of the trainer` });
}

/** The losses of each run in the order of their steps; `values` says how many the point of that time has. */
async function storedLosses(store: string): Promise<Map<string, (Step & { values: number })[]>> {
  const connection = await openEmbedded(store);
  const rows = await connection.query<{
    RunId: string;
    epoch: bigint;
    batch: bigint;
    value: number;
    values: bigint;
  }>(`
    SELECT RunId, EpochWhole AS epoch, Batch AS batch, any(Value) AS value, uniqExact(Value) AS values
    FROM training_points
    WHERE Series IN (SELECT Series FROM training_series WHERE MetricName = 'ml.training.loss')
    GROUP BY RunId, Series, EpochWhole, Batch, Time
    ORDER BY RunId, Time, EpochWhole, Batch`);
  await connection.close();
  const runs = new Map<string, (Step & { values: number })[]>();
  for (const { RunId, epoch, batch, value, values } of rows) {
    const step = { epoch: Number(epoch), batch: Number(batch), value, values: Number(values) };
    runs.set(RunId, [...(runs.get(RunId) ?? []), step]);
  }
  return runs;
}

function countsOf(steps: readonly Step[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { epoch, batch, value } of steps) {
    const key = `${epoch} ${batch} ${value}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
