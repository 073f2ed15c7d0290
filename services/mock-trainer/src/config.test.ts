import { expect, test } from 'bun:test';
import { type Config, parseConfig } from './config.ts';
import { environment, helpText, options } from './options.ts';

function configOf(args: string[], env: Record<string, string> = {}): Config {
  const parsed = parseConfig(args, env);
  if (parsed.kind !== 'config') throw new Error(JSON.stringify(parsed));
  return parsed.config;
}

function issuesOf(args: string[], env: Record<string, string> = {}): string[] {
  const parsed = parseConfig(args, env);
  return parsed.kind === 'invalid' ? parsed.issues : [];
}

test('the defaults: one job, every ten seconds, into the shared folder', () => {
  expect(configOf([])).toEqual({
    metricsFilePath: '/shared/metrics/current.json',
    intervalMs: 10_000,
    speed: 1,
    seed: 42,
    jobs: 1,
    ranks: 1,
    length: { epochs: 90, batchesPerEpoch: 1251, forever: false },
    numbering: 'continue',
    steps: undefined,
    faults: [],
    pushUrl: undefined,
    token: undefined,
    logLevel: 'info',
  });
});

test('every option and variable is read', () => {
  const args =
    '--interval 0.25 --speed=20 --seed 7 --jobs 2 --ranks 3 --epochs 4 --batches-per-epoch 5 --batches restart';
  const more = '--steps 6 --forever --fault nan@3,stall --fault crash --push http://gateway:9091 --no-file';
  const env = { METRICS_FILE_PATH: '/x/y.json', ML_OTEL_TOKEN: 'secret', LOG_LEVEL: 'WARN' };
  const config = configOf(`${args} ${more}`.split(' '), env);
  expect(config).toMatchObject({
    metricsFilePath: undefined,
    intervalMs: 250,
    speed: 20,
    seed: 7,
    jobs: 2,
    ranks: 3,
    length: { epochs: 4, batchesPerEpoch: 5, forever: true },
    numbering: 'restart',
    steps: 6,
    faults: [
      { kind: 'nan', at: 3 },
      { kind: 'stall', at: 30 },
      { kind: 'crash', at: 30 },
    ],
    token: { value: 'secret' },
    logLevel: 'warn',
  });
  expect(config.pushUrl?.href).toBe('http://gateway:9091/v1/metrics');
  expect(configOf([], env).metricsFilePath).toBe('/x/y.json');
  expect(configOf([], { ML_OTEL_TOKEN_FILE: '/run/token' }).token).toEqual({ file: '/run/token' });
});

test('an empty variable is as good as none', () => {
  expect(configOf([], { METRICS_FILE_PATH: '', LOG_LEVEL: '', ML_OTEL_TOKEN: '' })).toEqual(configOf([]));
});

const wrong: [args: string, issue: string][] = [
  ['--interval 0', '--interval is "0": accepted is a number from 0.001 to 86400'],
  ['--interval soon', '--interval is "soon": accepted is a number from 0.001 to 86400'],
  ['--interval', '--interval has no value: accepted is --interval SECONDS'],
  ['--speed=-1', '--speed is "-1": accepted is a number from 0.001 to 1000000'],
  ['--seed 1.5', '--seed is "1.5": accepted is a whole number from 0 to 4294967295'],
  ['--jobs 0', '--jobs is "0": accepted is a whole number from 1 to 1000'],
  ['--ranks 1e3', '--ranks is "1e3": accepted is a whole number from 1 to 1000'],
  ['--epochs 0', '--epochs is "0": accepted is a whole number from 1 to 1000000'],
  ['--batches-per-epoch x', '--batches-per-epoch is "x": accepted is a whole number from 1 to 10000000'],
  ['--batches on', '--batches is "on": accepted is continue or restart'],
  ['--steps 0', '--steps is "0": accepted is a whole number from 1 to 1000000000'],
  [
    '--fault nan,flood',
    '--fault is "flood": accepted is partial-write, nan, stall, crash, restart, each with',
  ],
  ['--fault nan@0', '--fault is "nan@0": accepted is partial-write'],
  ['--push ftp://x', '--push is "ftp://x": accepted is an http or https URL'],
  ['--no-file', '--no-file is set without --push'],
  ['--forever=yes', '--forever is "yes": accepted is --forever alone'],
  ['--colour', 'option --colour is unknown: see --help'],
  ['--toString', 'option --toString is unknown: see --help'],
  ['now', 'argument "now" is unknown: accepted are options only'],
];

for (const [args, issue] of wrong) {
  test(`refused: ${args}`, () => {
    expect(issuesOf(args.split(' '))).toEqual([expect.stringContaining(issue)]);
  });
}

test('refused: bad variables', () => {
  expect(issuesOf([], { LOG_LEVEL: 'loud' })).toEqual([
    'LOG_LEVEL is "loud": accepted is one of trace, debug, info, warn, error, fatal, silent, in any case',
  ]);
  expect(issuesOf([], { ML_OTEL_TOKEN: 'a-secret', ML_OTEL_TOKEN_FILE: '/f' })).toEqual([
    'ML_OTEL_TOKEN and ML_OTEL_TOKEN_FILE are both set: accepted is one of them',
  ]);
});

test('all bad values are shown together', () => {
  expect(issuesOf(['--jobs', '0', '--epochs', '0', '--nonsense'], { LOG_LEVEL: 'loud' })).toHaveLength(4);
});

test('the help names every option and variable, and wins over bad values', () => {
  expect(parseConfig(['--help', '--jobs', '0'], {})).toEqual({ kind: 'help' });
  for (const name of Object.keys(options)) expect(helpText()).toContain(`--${name}`);
  for (const name of Object.keys(environment)) expect(helpText()).toContain(name);
});
