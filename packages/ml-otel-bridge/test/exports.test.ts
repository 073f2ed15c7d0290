import { expect, test } from 'bun:test';
import * as library from '../src/index.ts';
import * as schema from '../src/schema/index.ts';
import * as testing from '../src/testing/index.ts';

/** What people may import. A change here is a change of the public interface. */
test('the exports of the library', () => {
  expect(Object.keys(library).sort()).toEqual([
    'RUN_EVENTS',
    'VERSION',
    'createBridge',
    'createSnapshotFileSource',
    'createStepMetricProducer',
    'startRun',
  ]);
});

test('the exports of ./schema', () => {
  expect(Object.keys(schema).sort()).toEqual([
    'RUN_STATUSES',
    'SnapshotSchema',
    'TimestampSchema',
    'limits',
    'parseJson',
    'parseSnapshot',
    'parseTimestamp',
    'splitLines',
  ]);
});

test('the exports of ./testing', () => {
  expect(Object.keys(testing).sort()).toEqual([
    'buildSnapshot',
    'createFakeClock',
    'createMemoryReceiver',
    'readPoints',
  ]);
});
