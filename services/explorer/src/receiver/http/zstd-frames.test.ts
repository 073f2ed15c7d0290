import { describe, expect, test } from 'bun:test';
import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { isWholeZstd } from './zstd-frames.ts';

const CHECKED = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
const SKIPPED = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7]);

describe('isWholeZstd', () => {
  const contents = { empty: 0, short: 100, 'several blocks': 700_000 };
  for (const [name, size] of Object.entries(contents)) {
    for (const options of [{}, CHECKED]) {
      test(`${name}${options === CHECKED ? ' with a checksum' : ''}: whole frames only`, () => {
        const content = Buffer.from(Array.from({ length: size }, (_, index) => (index * index) % 251));
        const frame = zstdCompressSync(content, options);
        expect(isWholeZstd(frame)).toBe(true);
        expect(isWholeZstd(Buffer.concat([frame, SKIPPED, frame]))).toBe(true);
        expect(isWholeZstd(Buffer.concat([frame, Buffer.from('more')]))).toBe(false);
        const cuts = size > 1_000 ? [1, 4, 5, 9, frame.length >> 1, frame.length - 1] : [...frame.keys()];
        for (const end of cuts) expect(isWholeZstd(frame.subarray(0, end))).toBe(false);
      });
    }
  }

  test('takes whatever the compressor makes, and ends on whatever else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => isWholeZstd(zstdCompressSync(bytes))),
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => typeof isWholeZstd(bytes) === 'boolean'));
  });
});
