import { type Fault, faultSyntax, parseFault } from './faults.ts';
import { type LogLevel, logLevels } from './logger.ts';
import { environment } from './options.ts';
import type { RunLength } from './progress.ts';
import { createReaders, readOptions } from './read-options.ts';

export type Config = {
  /** Undefined: no file is written. */
  metricsFilePath: string | undefined;
  intervalMs: number;
  speed: number;
  seed: number;
  jobs: number;
  ranks: number;
  length: RunLength;
  numbering: 'continue' | 'restart';
  steps: number | undefined;
  faults: Fault[];
  /** The address that snapshots are POSTed to, `/v1/metrics` included. */
  pushUrl: URL | undefined;
  token: { value: string } | { file: string } | undefined;
  logLevel: LogLevel;
};

export type ParsedConfig =
  | { kind: 'config'; config: Config }
  | { kind: 'help' }
  /** One sentence for each bad value: its name, what it was, what is accepted. */
  | { kind: 'invalid'; issues: string[] };

/** The configuration of command line arguments (without the program's own) and environment variables. */
export function parseConfig(args: readonly string[], env: Record<string, string | undefined>): ParsedConfig {
  const { given, issues } = readOptions(args);
  if (given.has('help')) return { kind: 'help' };

  const { text, decimal, integer, fail } = createReaders(given, issues);
  const numbering = (): Config['numbering'] => {
    const value = text('batches') ?? '';
    if (value === 'continue' || value === 'restart') return value;
    return fail('--batches', value, 'continue or restart', 'continue');
  };
  const faults = (): Fault[] =>
    (given.get('fault') ?? [])
      .flatMap((list) => list.split(','))
      .map((name) => parseFault(name.trim()) ?? fail('--fault', name, faultSyntax, { kind: 'nan', at: 1 }));
  const pushUrl = (): URL | undefined => {
    const value = text('push');
    if (value === undefined) return undefined;
    return (
      parsePushUrl(value) ??
      fail('--push', value, 'an http or https URL, such as http://localhost:9091', undefined)
    );
  };
  const logLevel = (): LogLevel => {
    const value = env.LOG_LEVEL || environment.LOG_LEVEL.default;
    const level = logLevels.find((known) => known === value.toLowerCase());
    return level ?? fail('LOG_LEVEL', value, `one of ${logLevels.join(', ')}, in any case`, 'info');
  };

  const config: Config = {
    metricsFilePath: given.has('no-file')
      ? undefined
      : env.METRICS_FILE_PATH || environment.METRICS_FILE_PATH.default,
    intervalMs: decimal('interval', 0.001, 86_400) * 1000,
    speed: decimal('speed', 0.001, 1_000_000),
    seed: integer('seed', 0, 4_294_967_295),
    jobs: integer('jobs', 1, 1000),
    ranks: integer('ranks', 1, 1000),
    length: {
      epochs: integer('epochs', 1, 1_000_000),
      batchesPerEpoch: integer('batches-per-epoch', 1, 10_000_000),
      forever: given.has('forever'),
    },
    numbering: numbering(),
    steps: text('steps') === undefined ? undefined : integer('steps', 1, 1_000_000_000),
    faults: faults(),
    pushUrl: pushUrl(),
    token: parseToken(env, issues),
    logLevel: logLevel(),
  };
  if (given.has('no-file') && !given.has('push')) {
    issues.push(
      '--no-file is set without --push: the snapshots would go nowhere; accepted is --no-file with --push URL',
    );
  }
  return issues.length > 0 ? { kind: 'invalid', issues } : { kind: 'config', config };
}

/** A gateway's root address stands for its `/v1/metrics`. */
function parsePushUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  if (url.pathname === '/') url.pathname = '/v1/metrics';
  return url;
}

function parseToken(env: Record<string, string | undefined>, issues: string[]): Config['token'] {
  const { ML_OTEL_TOKEN: value, ML_OTEL_TOKEN_FILE: file } = env;
  // The token itself is never shown.
  if (value && file)
    issues.push('ML_OTEL_TOKEN and ML_OTEL_TOKEN_FILE are both set: accepted is one of them');
  if (value) return { value };
  return file ? { file } : undefined;
}
