import { pythonForTests } from '../../scripts/python-tests.ts';
import { textTable } from '../../scripts/text-table.ts';
import { type Spread, showSpread, spreadOf } from '../support/spread.ts';
import { environmentOf, type Framework, startApp, type Variant } from './server.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_APPS_SECONDS ?? 4);
const WARM_SECONDS = 1;
const AT_ONCE = 8;
const FRAMEWORKS: readonly Framework[] = ['flask', 'fastapi'];
const VARIANTS: readonly [Variant, string][] = [
  ['bare', 'bare'],
  ['ours', 'instrument_app'],
  ['contrib', 'plain OpenTelemetry'],
];

/**
 * Requests a second of a hello app that logs one line, with one worker: bare, with `instrument_app` and with OpenTelemetry's
 * own instrumentation, one after the other in each round. And the seconds that a process takes to end when its receiver
 * does not answer.
 */
export async function measurePythonApps(): Promise<string> {
  const python = await pythonForTests();
  // Takes everything at once: what is measured is the sender.
  await using receiver = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: takeAll });
  const rates = new Map<string, number[]>();
  const ends = new Map<Variant, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const framework of FRAMEWORKS) {
      for (const [variant] of VARIANTS) {
        await using app = await startApp(python, framework, variant, receiver.url.origin);
        await requestsPerSecond(`${app.url}/hello/you`, WARM_SECONDS);
        add(rates, `${framework} ${variant}`, await requestsPerSecond(`${app.url}/hello/you`, SECONDS));
      }
    }
    for (const variant of ['ours', 'contrib'] as const)
      add(ends, variant, await secondsToEnd(python, variant));
  }
  return [...FRAMEWORKS.map((framework) => rateTable(framework, rates)), endTable(ends)].join('\n\n');
}

async function takeAll(request: Request): Promise<Response> {
  await request.arrayBuffer();
  return new Response(new Uint8Array(), { headers: { 'content-type': 'application/x-protobuf' } });
}

async function requestsPerSecond(url: string, seconds: number): Promise<number> {
  const start = performance.now();
  const until = start + seconds * 1_000;
  let answered = 0;
  const one = async () => {
    while (performance.now() < until) {
      const answer = await fetch(url);
      if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
      await answer.arrayBuffer();
      answered += 1;
    }
  };
  await untilItListens(url);
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return answered / ((performance.now() - start) / 1_000);
}

/** A server says its address a moment before it listens. */
async function untilItListens(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await (await fetch(url)).arrayBuffer();
      return;
    } catch (error) {
      if (tries === 200) throw error;
      await Bun.sleep(50);
    }
  }
}

/** From the last line of a program that made one request, to its end; the receiver accepts and never answers. */
async function secondsToEnd(python: string, variant: Variant): Promise<number> {
  using dead = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => {} } });
  const program = 'import apps, time; apps.make_flask().test_client().get("/hello/you"); print(time.time())';
  const child = Bun.spawn([python, '-c', program], {
    cwd: import.meta.dir,
    env: environmentOf(variant, `http://127.0.0.1:${dead.port}`),
    stdout: 'pipe',
    stderr: 'ignore',
  });
  const said = Number(await new Response(child.stdout).text());
  await child.exited;
  return Date.now() / 1_000 - said;
}

function rateTable(framework: Framework, rates: ReadonlyMap<string, number[]>): string {
  const bare = rates.get(`${framework} bare`)!;
  const rows = VARIANTS.map(([variant, name]) => {
    const own = rates.get(`${framework} ${variant}`)!;
    const toBare = spreadOf(own.map((rate, round) => rate / bare[round]!));
    return [name, showSpread(spreadOf(own)), showSpread(toBare, 2), extraMicroseconds(own, bare)];
  });
  return textTable([framework, 'requests/s', 'to bare', 'more µs a request'], rows);
}

function extraMicroseconds(own: readonly number[], bare: readonly number[]): string {
  const more: Spread = spreadOf(own.map((rate, round) => 1e6 / rate - 1e6 / bare[round]!));
  return showSpread(more);
}

function endTable(ends: ReadonlyMap<Variant, number[]>): string {
  const rows = [...ends].map(([variant, seconds]) => [
    VARIANTS.find(([known]) => known === variant)![1],
    showSpread(spreadOf(seconds), 1),
  ]);
  return textTable(['receiver never answers', 'seconds to end'], rows);
}

function add<K>(into: Map<K, number[]>, key: K, value: number): void {
  into.set(key, [...(into.get(key) ?? []), value]);
}
