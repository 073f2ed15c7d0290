import { join } from 'node:path';
import type { SnapshotInput } from 'ml-otel-bridge/schema';
import { tempFolder } from '../../e2e/support/temp-folder.ts';
import { textTable } from '../../scripts/text-table.ts';
import { snapshotAt } from '../gateway/snapshots.ts';
import { showSpread, spreadOf } from '../support/spread.ts';
import { bridge, type Contestant, sdk } from './contestants.ts';

const ROUNDS = 15;
const SNAPSHOTS = 5_000;

/**
 * Microseconds of the calling thread for one snapshot of nine metrics: the bridge, in memory and with a spool, against
 * the SDK calls that it replaces. Every round measures all of them one after the other; ratios are within a round.
 */
export async function measureRecord(): Promise<string> {
  await using folder = await tempFolder();
  const makers: readonly (readonly [string, (round: number) => Contestant])[] = [
    ['sdk-metrics, nine calls', () => sdk({ stepAttributes: false })],
    ['the same, gauges with the step', () => sdk({ stepAttributes: true })],
    ['bridge.record, memory', () => bridge()],
    ['bridge.record, spool', (round) => bridge({ spool: { folder: join(folder.path, String(round)) } })],
  ];
  const micros = makers.map((): number[] => []);
  for (let round = -1; round < ROUNDS; round++) {
    const snapshots = snapshotsOf(round + 1);
    for (const [index, [, make]] of makers.entries()) {
      const took = await measureOnce(make(round + 1), snapshots);
      // The first round warms the compiler up.
      if (round >= 0) micros[index]!.push(took);
    }
  }
  const rows = makers.map(([name], index) => [
    name,
    showSpread(spreadOf(micros[index]!), 1),
    showSpread(spreadOf(micros[index]!.map((took, round) => took / micros[0]![round]!)), 2),
  ]);
  return [
    textTable(['', 'µs a snapshot, median (range)', 'of the SDK calls'], rows),
    `${ROUNDS} rounds of ${SNAPSHOTS} snapshots.`,
  ].join('\n');
}

/** Each round has snapshots of its own: none may be a duplicate. */
function snapshotsOf(round: number): SnapshotInput[] {
  const now = Date.now();
  return Array.from({ length: SNAPSHOTS }, (_, index) => snapshotAt(1, round * SNAPSHOTS + index, now));
}

async function measureOnce(contestant: Contestant, snapshots: readonly SnapshotInput[]): Promise<number> {
  Bun.gc(true);
  const start = performance.now();
  for (const snapshot of snapshots) contestant.record(snapshot);
  const millis = performance.now() - start;
  await contestant.end();
  return (millis * 1_000) / snapshots.length;
}
