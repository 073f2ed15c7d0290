/**
 * Inserts batches until it is killed: `bun insert-for-ever.ts <folder> <first> <rows>`. Batch n has `rows` rows, all n;
 * prints n when it is committed.
 */
import { openEmbedded } from '../open-embedded.ts';

const [folder, first, rows] = process.argv.slice(2);
const store = await openEmbedded(folder!);
await store.command(
  'CREATE TABLE IF NOT EXISTS batches (batch UInt32, filling String) ENGINE = MergeTree ORDER BY batch',
);
for (let batch = Number(first); ; batch++) {
  const body = Buffer.from(`${batch}\tsome more bytes than a number alone\n`.repeat(Number(rows)));
  await store.insertBytes({ into: 'batches', format: 'TabSeparated', body });
  console.log(batch);
}
