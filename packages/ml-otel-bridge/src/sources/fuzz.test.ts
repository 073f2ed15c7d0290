import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createFileCursor } from './file-cursor.ts';
import { parseFromStart, parseLines } from './parse-content.ts';

const folder = mkdtempSync(join(tmpdir(), 'file-cursor-'));
afterAll(() => rmSync(folder, { recursive: true }));

const snapshotText = fc
  .record({
    job_metadata: fc.record({ job_id: fc.string() }),
    training_metrics: fc.dictionary(fc.string(), fc.double()),
  })
  .map((snapshot) => JSON.stringify(snapshot));
const piece = fc.oneof(
  snapshotText,
  snapshotText.chain((text) => fc.nat(text.length).map((end) => text.slice(0, end))),
  fc.json(),
  fc.constantFrom(
    '\n',
    '\r\n',
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    'NaN',
    '-Infinity',
    '\u0000',
    '\ufeff',
    '{"a":NaN}',
  ),
  fc.string({ unit: 'binary' }),
);
const fileBytes = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map((pieces) => new TextEncoder().encode(pieces.join(''))),
  fc.array(piece, { maxLength: 8 }).map((pieces) => new TextEncoder().encode(pieces.join('\n'))),
  fc.uint8Array({ maxLength: 2_000 }),
);

test('whatever the bytes: an answer, and never more consumed than there is', () => {
  fc.assert(
    fc.property(fileBytes, fc.boolean(), (bytes, isWhole) => {
      for (const content of [parseFromStart(bytes, isWhole), parseLines(bytes, isWhole)]) {
        if (content.status === 'values') expect(content.consumed).toBeLessThanOrEqual(bytes.length);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('whatever follows what in the file: an answer, and no second look gives the same again', () => {
  const path = join(folder, 'any.json');
  const cursor = createFileCursor(path, Date.now);
  fc.assert(
    fc.property(fileBytes, fc.constantFrom('rename', 'rewrite', 'append'), (bytes, how) => {
      if (how === 'rename') {
        writeFileSync(`${path}.tmp`, bytes);
        renameSync(`${path}.tmp`, path);
      } else writeFileSync(path, bytes, { flag: how === 'append' ? 'a' : 'w' });
      for (let parts = 0, more = true; more; parts++) {
        const reading = cursor.next('always');
        more = reading.status === 'read' && reading.more;
        expect(parts).toBeLessThan(100);
      }
      expect(cursor.next('always').status).toBe('unchanged');
    }),
    { numRuns: 1_000 },
  );
});

test('lines arrive once, however they are cut into writes', () => {
  const path = join(folder, 'lines.ndjson');
  fc.assert(
    fc.property(
      fc.array(fc.record({ id: fc.uuid(), text: fc.string() }), { minLength: 2, maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 40 }),
      (rows, sizes) => {
        rmSync(path, { force: true });
        const cursor = createFileCursor(path, Date.now);
        let rest = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
        const seen: unknown[] = [];
        for (let turn = 0; rest.length > 0; turn++) {
          const size = sizes[turn % sizes.length]!;
          writeFileSync(path, rest.subarray(0, size), { flag: 'a' });
          rest = rest.subarray(size);
          const reading = cursor.next('always');
          if (reading.status === 'read') seen.push(...reading.values);
        }
        expect(seen).toEqual(rows);
      },
    ),
    { numRuns: 200 },
  );
});
