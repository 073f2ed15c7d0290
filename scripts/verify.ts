/**
 * Looks whether what runs here shows everything that it should: the explorer of `make start`, or Prometheus and the
 * collector of `make pipeline` and `make dev-up`.
 */
import { parseArgs } from 'node:util';
import { bearerToken } from './bearer-token.ts';
import { EMBEDDED_PORTS } from './embedded-ports.ts';
import { type StoreVerification, verifyStoreOnce } from './store-verification.ts';
import { textTable } from './text-table.ts';
import { type Addresses, verifyOnce } from './verification.ts';
import { verificationReport } from './verification-report.ts';

const { variable: EXPLORER_VARIABLE, fallback: EXPLORER_PORT } = EMBEDDED_PORTS.explorer;

const USAGE = `Usage: make verify, or: bun scripts/verify.ts [options]

Where \`make start\` runs: asks the explorer for every expected training metric of the last 24 hours in its store. Where
\`make pipeline\` or \`make dev-up\` runs: asks the collector's Prometheus port and Prometheus for every expected training
metric, and runs the sample queries. Waits until all have answered; exits with 1 when something is still missing after the
time limit.

  --explorer URL     default http://127.0.0.1:\${${EXPLORER_VARIABLE}:-${EXPLORER_PORT}}
  --prometheus URL   default http://127.0.0.1:\${PROMETHEUS_PORT:-9090}; asked alone with --collector, not the explorer
  --collector URL    default http://127.0.0.1:\${COLLECTOR_METRICS_PORT:-8889}
  --timeout SECONDS  default 120
  --help`;

type Options = {
  /** Undefined: the pipeline is meant. */
  readonly explorer: string | undefined;
  readonly pipeline: Addresses;
  readonly timeoutMs: number;
};

/** What one look found. */
type Look = { readonly report: string; readonly success: string; readonly missing: readonly string[] };

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'string') {
    console.error(options);
    return options === USAGE ? 0 : 2;
  }
  const look = await lookUntil(options, Date.now() + options.timeoutMs);
  if (typeof look === 'string') {
    console.error(look);
    return 1;
  }
  console.log(`${look.report}\n`);
  if (look.missing.length === 0) {
    console.log(look.success);
    return 0;
  }
  console.error(`Missing:\n${look.missing.map((line) => `  ${line}`).join('\n')}`);
  return 1;
}

function readOptions(): Options | string {
  try {
    const { values } = parseArgs({
      options: {
        explorer: { type: 'string' },
        prometheus: { type: 'string' },
        collector: { type: 'string' },
        timeout: { type: 'string', default: '120' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return USAGE;
    const seconds = Number(values.timeout);
    if (!(seconds >= 0)) return `--timeout "${values.timeout}" is no number of seconds.`;
    const { explorer = local(EXPLORER_VARIABLE, EXPLORER_PORT) } = values;
    const { prometheus = local('PROMETHEUS_PORT', 9090) } = values;
    const { collector = local('COLLECTOR_METRICS_PORT', 8889) } = values;
    for (const url of [explorer, prometheus, collector]) {
      if (!URL.canParse(url) || !/^https?:/.test(url))
        return `"${url}" is no http address such as http://127.0.0.1:9090.`;
    }
    const pipelineIsMeant = values.prometheus !== undefined || values.collector !== undefined;
    return {
      explorer: pipelineIsMeant ? undefined : explorer,
      pipeline: { prometheus, collector },
      timeoutMs: seconds * 1000,
    };
  } catch (error) {
    return `${reasonOf(error)}\n\n${USAGE}`;
  }
}

function local(variable: string, fallback: number): string {
  return `http://127.0.0.1:${process.env[variable] || fallback}`;
}

/** The last look before the deadline, complete or not; in words why there is none. */
async function lookUntil(options: Options, deadline: number): Promise<Look | string> {
  let told = '';
  for (;;) {
    const last = await lookOnce(options);
    if (typeof last !== 'string' && last.missing.length === 0) return last;
    const progress =
      typeof last === 'string' ? last : `Waiting for ${last.missing.length}: ${last.missing[0]} ...`;
    if (progress !== told) console.error(progress);
    told = progress;
    if (Date.now() >= deadline) return last;
    await Bun.sleep(1_000);
  }
}

async function lookOnce({ explorer, pipeline }: Options): Promise<Look | string> {
  const silent: string[] = [];
  if (explorer !== undefined) {
    try {
      const stored = await verifyStoreOnce(explorer, await bearerToken(process.env));
      if (stored !== undefined) return lookAtStore(stored);
    } catch (error) {
      silent.push(`${explorer} (${reasonOf(error)})`);
    }
  }
  try {
    const found = await verifyOnce(pipeline);
    const success = `All ${found.prometheus.length} metrics are there and all ${found.queries.length} queries answer.`;
    return { report: verificationReport(found), success, missing: found.missing };
  } catch (error) {
    silent.push(`${pipeline.prometheus} or ${pipeline.collector} (${reasonOf(error)})`);
  }
  return `No answer from ${silent.join(', nor from ')}. Is \`make start\`, \`make pipeline\` or \`make dev-up\` running?`;
}

function lookAtStore({ metrics, missing }: StoreVerification): Look {
  const rows = metrics.map(({ name, points, lastTime }) => [name, String(points), lastTime]);
  const report = textTable(['metric', 'points of 24 hours', 'newest'], rows);
  return { report, success: 'Everything that a training run sends is in the store.', missing };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
