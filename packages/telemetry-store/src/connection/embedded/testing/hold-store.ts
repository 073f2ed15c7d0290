/** A process that has a store open until it is killed: `bun hold-store.ts <folder>` prints `open`. */
import { openEmbedded } from '../open-embedded.ts';

await openEmbedded(process.argv[2]!);
console.log('open');
setInterval(() => {}, 1 << 30);
