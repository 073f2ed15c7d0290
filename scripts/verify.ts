/** Looks whether a running pipeline (`make pipeline` or `make dev-up`) shows everything that it should. */
import { parseArgs } from 'node:util';
import { type Addresses, type Verification, verifyOnce } from './verification.ts';
import { verificationReport } from './verification-report.ts';

const USAGE = `Usage: make verify, or: bun scripts/verify.ts [options]

Asks the collector's Prometheus port and Prometheus for every expected training metric and runs the sample queries.
Waits until all have answered; exits with 1 when something is still missing after the time limit.

  --prometheus URL   default http://127.0.0.1:\${PROMETHEUS_PORT:-9090}
  --collector URL    default http://127.0.0.1:\${COLLECTOR_METRICS_PORT:-8889}
  --timeout SECONDS  default 120
  --help`;

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'string') {
    console.error(options);
    return options === USAGE ? 0 : 2;
  }
  const outcome = await verifyUntil(options.addresses, Date.now() + options.timeoutMs);
  if (typeof outcome === 'string') {
    console.error(outcome);
    return 1;
  }
  console.log(`${verificationReport(outcome)}\n`);
  if (outcome.missing.length === 0) {
    console.log(
      `All ${outcome.prometheus.length} metrics are there and all ${outcome.queries.length} queries answer.`,
    );
    return 0;
  }
  console.error(`Missing:\n${outcome.missing.map((line) => `  ${line}`).join('\n')}`);
  return 1;
}

function readOptions(): { addresses: Addresses; timeoutMs: number } | string {
  try {
    const { values } = parseArgs({
      options: {
        prometheus: { type: 'string', default: `http://127.0.0.1:${process.env.PROMETHEUS_PORT || 9090}` },
        collector: {
          type: 'string',
          default: `http://127.0.0.1:${process.env.COLLECTOR_METRICS_PORT || 8889}`,
        },
        timeout: { type: 'string', default: '120' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return USAGE;
    const seconds = Number(values.timeout);
    if (!(seconds >= 0)) return `--timeout "${values.timeout}" is no number of seconds.`;
    for (const url of [values.prometheus, values.collector]) {
      if (!URL.canParse(url) || !/^https?:/.test(url))
        return `"${url}" is no http address such as http://127.0.0.1:9090.`;
    }
    return {
      addresses: { prometheus: values.prometheus, collector: values.collector },
      timeoutMs: seconds * 1000,
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : error}\n\n${USAGE}`;
  }
}

/** The last verification before the deadline, complete or not; in words why there is none. */
async function verifyUntil(addresses: Addresses, deadline: number): Promise<Verification | string> {
  let last: Verification | string = '';
  let told = '';
  for (;;) {
    last = await attempt(addresses);
    if (typeof last !== 'string' && last.missing.length === 0) return last;
    const progress =
      typeof last === 'string' ? last : `Waiting for ${last.missing.length}: ${last.missing[0]} ...`;
    if (progress !== told) console.error(progress);
    told = progress;
    if (Date.now() >= deadline) return last;
    await Bun.sleep(1_000);
  }
}

async function attempt(addresses: Addresses): Promise<Verification | string> {
  try {
    return await verifyOnce(addresses);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `No answer from ${addresses.prometheus} or ${addresses.collector} (${reason}). Is \`make pipeline\` or \`make dev-up\` running?`;
  }
}
