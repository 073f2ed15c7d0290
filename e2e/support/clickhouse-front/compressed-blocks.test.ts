import { expect, setDefaultTimeout, test } from 'bun:test';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Session } from 'chdb';
import { tempFolder } from '../temp-folder.ts';
import { cityHash128 } from './city-hash.ts';
import { packBlocks, unpackBlocks } from './compressed-blocks.ts';

setDefaultTimeout(60_000);

const SIZES = [
  0, 1, 3, 4, 8, 9, 15, 16, 24, 25, 32, 48, 63, 64, 100, 119, 120, 127, 128, 129, 160, 255, 256, 1000, 4097,
];

/** A column of single bytes on disk is a row of compressed blocks, as they go over HTTP too, with checksums. */
test("the engine's own blocks unpack to what went in, and have the checksums that we compute", async () => {
  await using folder = await tempFolder();
  const session = new Session(folder.path);
  try {
    for (const codec of ['NONE', 'LZ4', 'ZSTD(1)']) {
      for (const size of SIZES.slice(1)) {
        session.query('DROP TABLE IF EXISTS t SYNC');
        session.query(
          `CREATE TABLE t (b UInt8 CODEC(${codec})) ENGINE = MergeTree ORDER BY tuple()
           SETTINGS min_bytes_for_wide_part = 0, ratio_of_defaults_for_sparse_serialization = 1`,
        );
        session.query(`INSERT INTO t SELECT number % 7 + number % 100 FROM numbers(${size})`);
        const path = session
          .query("SELECT path FROM system.parts WHERE table = 't' AND active", 'TabSeparatedRaw')
          .trim();
        const file = (await readdir(path)).find((name) => name === 'b.bin')!;
        const block = new Uint8Array(await Bun.file(join(path, file)).arrayBuffer());
        expect(unpackBlocks(block)).toEqual(
          Buffer.from(Uint8Array.from({ length: size }, (_, n) => (n % 7) + (n % 100))),
        );
        const view = new DataView(block.buffer);
        expect(cityHash128(block.subarray(16))).toEqual([
          view.getBigUint64(0, true),
          view.getBigUint64(8, true),
        ]);
      }
    }
  } finally {
    session.close();
  }
});

test.each(SIZES)('%i bytes come back', (size) => {
  const data = Buffer.from(Uint8Array.from({ length: size }, (_, i) => i));
  expect(unpackBlocks(packBlocks(data))).toEqual(data);
});

test('a truncated block is an error with a code', () => {
  expect(() => unpackBlocks(packBlocks(Buffer.from('some data')).subarray(0, 30))).toThrow('Code: 271');
});
