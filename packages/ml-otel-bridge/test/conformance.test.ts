import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBridge, type RecordOutcome } from '../src/index.ts';
import { parseJson, parseTimestamp } from '../src/schema/index.ts';
import { createFakeClock, createMemoryReceiver, type ReceivedPoint } from '../src/testing/index.ts';

interface Case {
  rule: string;
  now: string;
  stepAttributes?: boolean;
  snapshots: (object | string)[];
  outcomes: ('accepted' | 'duplicate' | { rejected: string[] })[];
  points: object[];
}

const FOLDER = join(import.meta.dir, '../../../conformance/snapshots');

describe('conformance', () => {
  for (const file of readdirSync(FOLDER).sort()) {
    const conformance: Case = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
    test(`${file}: ${conformance.rule}`, () => run(conformance));
  }
});

async function run({ now, stepAttributes = true, snapshots, outcomes, points }: Case): Promise<void> {
  const receiver = createMemoryReceiver();
  const clock = createFakeClock(Date.parse(now));
  const bridge = createBridge({ clients: receiver.clients, clock, stepAttributes, env: {} });

  const answers = snapshots.map((snapshot) => describeOutcome(bridge.record(read(snapshot))));
  await clock.advance(0);
  expect(await bridge.flush()).toBe(true);

  expect(answers).toEqual(outcomes);
  expect(sorted(receiver.points.map(describePoint))).toEqual(sorted(points));
}

function read(snapshot: object | string): unknown {
  if (typeof snapshot !== 'string') return snapshot;
  const parsed = parseJson(snapshot);
  if (!parsed.ok) throw new Error(`the case is not readable: ${parsed.issues[0]?.message}`);
  return parsed.value;
}

function describeOutcome(outcome: RecordOutcome): Case['outcomes'][number] {
  if (outcome.status === 'rejected') return { rejected: outcome.issues.map(({ path }) => path) };
  if (outcome.status === 'full') throw new Error('no room in an empty buffer');
  return outcome.status;
}

function describePoint({ name, kind, unit, value, time, startTime, attributes }: ReceivedPoint): object {
  return {
    name,
    kind,
    unit,
    value: typeof value === 'number' ? finiteOrWord(value) : histogram(value),
    time: iso(time),
    ...(startTime[0] > 0 && { startTime: iso(startTime) }),
    attributes,
  };
}

function histogram({ count, sum, min, max, buckets }: Exclude<ReceivedPoint['value'], number>): object {
  const filled = buckets.counts.flatMap((n, index) =>
    n > 0 ? [[String(buckets.boundaries[index] ?? '+Inf'), n]] : [],
  );
  return { count, sum, min, max, buckets: Object.fromEntries(filled) };
}

function finiteOrWord(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function iso([seconds, nanoseconds]: ReceivedPoint['time']): string {
  const text = `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(nanoseconds).padStart(9, '0')}Z`;
  expect(parseTimestamp(text)?.time).toEqual([seconds, nanoseconds]);
  return text;
}

function sorted(points: object[]): object[] {
  return points.map(inKeyOrder).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function inKeyOrder(value: object): object {
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, item]) => [key, typeof item === 'object' && item !== null ? inKeyOrder(item) : item]),
  );
}
