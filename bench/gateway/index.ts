import { textTable } from '../../scripts/text-table.ts';
import { showSpread, spreadOf } from '../support/spread.ts';
import { measureOurs } from './measure-ours.ts';
import { measurePushgateway } from './measure-pushgateway.ts';
import { type Measured, rate } from './measured.ts';

const ROUNDS = 5;
const JOBS = 16;

interface Mode {
  readonly name: string;
  measure(): Promise<Measured>;
}

const PEER: Mode = {
  name: 'pushgateway, as it comes',
  measure: () => measurePushgateway({ jobs: JOBS, stepsPerJob: 800 }),
};

const MODES: readonly Mode[] = [
  PEER,
  {
    name: 'pushgateway, --push.disable-consistency-check',
    measure: () =>
      measurePushgateway({ jobs: JOBS, stepsPerJob: 4_000 }, ['--push.disable-consistency-check']),
  },
  {
    name: 'ours, one snapshot a request',
    measure: () => measureOurs({ jobs: JOBS, stepsPerJob: 6_000, snapshotsPerRequest: 1, format: 'json' }),
  },
  {
    name: 'ours, arrays of 100',
    measure: () => measureOurs({ jobs: JOBS, stepsPerJob: 8_000, snapshotsPerRequest: 100, format: 'json' }),
  },
  {
    name: 'ours, NDJSON of 100 lines',
    measure: () =>
      measureOurs({ jobs: JOBS, stepsPerJob: 8_000, snapshotsPerRequest: 100, format: 'ndjson' }),
  },
];

/** Snapshots a second of nine values each, end to end; every round measures all modes one after the other. */
export async function measureGateway(): Promise<string> {
  const results = MODES.map((): Measured[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { measure }] of MODES.entries()) results[index]!.push(await measure());
  }
  const rows = MODES.map(({ name }, index) => {
    const measured = results[index]!;
    const ratios = measured.map((one, round) => rate(one) / rate(results[0]![round]!));
    return [
      name,
      showSpread(spreadOf(measured.map(rate))),
      showSpread(spreadOf(ratios), 1),
      microsOf(measured, 'serverCpuSeconds'),
      microsOf(measured, 'clientCpuSeconds'),
      sum(measured, 'refusals'),
      sum(measured, 'lost'),
      sum(measured, 'repeated'),
      sum(measured, 'uncounted'),
    ];
  });
  const headings = [
    `${JOBS} jobs`,
    'snapshots/s, median (range)',
    'of the first',
    'server µs',
    'client µs',
    '429s',
    'lost',
    'repeated',
    'uncounted',
  ];
  return [textTable(headings, rows), `${ROUNDS} rounds. µs: processor time a snapshot.`].join('\n');
}

function microsOf(measured: readonly Measured[], key: 'serverCpuSeconds' | 'clientCpuSeconds'): string {
  return showSpread(spreadOf(measured.map((one) => (one[key] / one.snapshots) * 1e6)));
}

function sum(measured: readonly Measured[], key: 'refusals' | 'lost' | 'repeated' | 'uncounted'): string {
  return String(measured.reduce((total, one) => total + one[key], 0));
}
