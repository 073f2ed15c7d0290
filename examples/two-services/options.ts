import { parseArgs } from 'node:util';

export const USAGE = `Trains a small model with two services, and sends traces, logs and metrics of both.

  bun examples/two-services/main.ts [options]

  --job-id <id>     of the run; default: two-services-<time>
  --epochs <n>      default: 12
  --batches <n>     in an epoch; default: 20
  --pause <ms>      after each batch, so that there is something to watch; default: 100
  --ranks <n>       trainers beside each other, 1 to 8; default: 1
  --resumes <n>     how often the machine is taken away in the middle of an epoch, and the run goes on from its last
                    checkpoint; less than the epochs; default: 0
  --help            this

Everything goes to OTEL_EXPORTER_OTLP_ENDPOINT over OTLP/gRPC; default: http://localhost:4317, where \`make start\` listens.`;

export interface Options {
  readonly jobId: string;
  readonly epochs: number;
  readonly batches: number;
  readonly pauseMillis: number;
  readonly ranks: number;
  readonly resumes: number;
}

/** `help`, or what was wrong in a sentence, where there are none. */
export type Parsed =
  | { readonly kind: 'options'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly issue: string };

export function parseOptions(args: readonly string[]): Parsed {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'job-id': { type: 'string', default: `two-services-${Date.now()}` },
        epochs: { type: 'string', default: '12' },
        batches: { type: 'string', default: '20' },
        pause: { type: 'string', default: '100' },
        ranks: { type: 'string', default: '1' },
        resumes: { type: 'string', default: '0' },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    });
    if (values.help) return { kind: 'help' };
    const epochs = whole('epochs', values.epochs, 1, 1_000_000);
    return {
      kind: 'options',
      options: {
        jobId: values['job-id'],
        epochs,
        batches: whole('batches', values.batches, 2, 1_000),
        pauseMillis: whole('pause', values.pause, 0, 60_000),
        ranks: whole('ranks', values.ranks, 1, 8),
        resumes: whole('resumes', values.resumes, 0, epochs - 1),
      },
    };
  } catch (error) {
    return { kind: 'wrong', issue: (error as Error).message };
  }
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new RangeError(`--${name}=${text}: expected a whole number, ${least} to ${most}`);
}
