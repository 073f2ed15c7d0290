import { faultKinds } from './faults.ts';

/** One command line option; the help text and the parser are made from these. */
export type Option = {
  /** Shown in the help as the option's value; absent for a switch. */
  value?: string;
  default?: string;
  multiple?: boolean;
  doc: string;
};

export const options = {
  interval: { value: 'SECONDS', default: '10', doc: 'time between snapshots; fractions allowed' },
  speed: { value: 'FACTOR', default: '1', doc: 'training time that passes in one second' },
  seed: { value: 'N', default: '42', doc: 'the same seed gives the same run' },
  jobs: { value: 'N', default: '1', doc: 'jobs side by side; the second writes current-2.json, and so on' },
  ranks: { value: 'N', default: '1', doc: 'ranks of each job; rank 1 writes current-rank-1.json, and so on' },
  epochs: { value: 'N', default: '90', doc: 'length of the run' },
  'batches-per-epoch': { value: 'N', default: '1251', doc: 'about six minutes of training at speed 1' },
  batches: {
    value: 'continue|restart',
    default: 'continue',
    doc: 'whether batch numbers restart in each epoch',
  },
  steps: { value: 'N', doc: 'finish after N snapshots, wherever the run is' },
  forever: { doc: 'do not finish after the last epoch; the learning rate restarts' },
  fault: {
    value: 'NAME[@N]',
    multiple: true,
    doc: `what goes wrong, and at which snapshot; repeatable, or a comma list: ${Object.keys(faultKinds).join(', ')}`,
  },
  push: { value: 'URL', doc: 'POST snapshots to this gateway too, such as http://localhost:9091' },
  'no-file': { doc: 'write no file; needs --push' },
  help: { doc: 'show this text' },
} as const satisfies Record<string, Option>;

export const environment = {
  METRICS_FILE_PATH: { default: '/shared/metrics/current.json', doc: 'file of the first job' },
  ML_OTEL_TOKEN: { doc: 'bearer token for --push' },
  ML_OTEL_TOKEN_FILE: { doc: 'file that holds the bearer token, instead of ML_OTEL_TOKEN' },
  LOG_LEVEL: { default: 'info', doc: 'trace, debug, info, warn, error, fatal or silent; any case' },
} as const satisfies Record<string, { default?: string; doc: string }>;

/** The help text: usage, options, environment variables, faults. */
export function helpText(): string {
  const optionRows = Object.entries<Option>(options).map(([name, option]) => [
    `--${name}${option.value === undefined ? '' : ` ${option.value}`}`,
    described(option),
  ]);
  const variableRows = Object.entries<{ default?: string; doc: string }>(environment).map(
    ([name, variable]) => [name, described(variable)],
  );
  const faultRows = Object.entries(faultKinds).map(([name, fault]) => [
    name,
    `${fault.doc} (default @${fault.at})`,
  ]);
  return [
    'Writes the metrics of a simulated training run, as a training job would.',
    '\nUsage: bun services/mock-trainer/src/main.ts [options]\n',
    ...optionRows.map(row),
    '\nEnvironment variables:\n',
    ...variableRows.map(row),
    '\nFaults:\n',
    ...faultRows.map(row),
  ].join('\n');
}

function described(setting: { default?: string; doc: string }): string {
  return setting.default === undefined ? setting.doc : `${setting.doc} (default ${setting.default})`;
}

function row([name, doc]: string[]): string {
  return `  ${name!.padEnd(28)} ${doc}`;
}
