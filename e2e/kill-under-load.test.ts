import { expect, test } from 'bun:test';
import { countRows } from './support/kill-under-load/count-rows.ts';
import { Explorer } from './support/kill-under-load/explorer.ts';
import { startLoad } from './support/kill-under-load/load.ts';
import { ROWS } from './support/kill-under-load/numbered-requests.ts';
import { faultsOf } from './support/kill-under-load/report.ts';
import { startScript } from './support/script.ts';
import { tempFolder } from './support/temp-folder.ts';

const MINUTES = 60_000;

/** A file system that can be filled, in a namespace of its own; not every machine lets us. */
const IN_SMALL_FILE_SYSTEM = ['unshare', '-Urm', 'sh', '-c'];
const canMount = Bun.spawnSync([...IN_SMALL_FILE_SYSTEM, 'mount -t tmpfs tmpfs /mnt']).exitCode === 0;

test(
  'five kills under load lose nothing that was answered for',
  async () => {
    await using script = startScript(['e2e/kill-under-load.ts', '--kills', '5', '--clients', '2']);
    const code = await script.exited;
    expect({ code, output: script.output() }).toEqual({
      code: 0,
      output: expect.stringContaining('Nothing that was answered for is missing.'),
    });
  },
  10 * MINUTES,
);

test(
  'the count sees what is missing and what is there twice',
  async () => {
    await using folder = await tempFolder();
    const explorer = await Explorer.on(folder.path);
    explorer.begin();
    try {
      await explorer.ready();
      const first = startLoad(explorer.ports, { perSignal: 1 });
      await first.end();
      // The same names once more: rows of the same requests, which nobody told us of.
      const again = startLoad(explorer.ports, { perSignal: 1 });
      await again.end();
      for (const taken of Object.values(again.ledger.taken)) taken.add('nobody/0');
      const lastCode = await explorer.stop();
      const counts = await countRows(folder.path, again.ledger);
      const rows = Object.fromEntries(
        counts.map(({ table, missing, doubled }) => [table, { missing, doubled }]),
      );
      expect(rows.otel_logs).toEqual({ missing: ROWS, doubled: 2 * ROWS });
      expect(rows.otel_traces).toEqual({ missing: ROWS, doubled: 2 * ROWS });
      expect(rows.otel_metrics_histogram).toEqual({ missing: 1, doubled: 2 });
      // Other times: points of their own, which no reader may take for one.
      expect(rows.training_points).toEqual({ missing: ROWS, doubled: 2 * ROWS });
      expect(faultsOf({ ledger: again.ledger, counts, lastCode })).toEqual([
        ...counts.map(({ table, missing }) => `LOST: ${missing} of ${table}`),
        `READ TWICE: ${2 * ROWS} of training_points`,
      ]);
    } finally {
      await explorer.kill9();
    }
  },
  2 * MINUTES,
);

test.skipIf(!canMount)(
  'a full disk is answered as something that passes, and loses nothing that was answered for',
  async () => {
    const command = `mount -t tmpfs -o size=256m tmpfs /mnt && exec ${process.execPath} e2e/disk-full.ts --folder /mnt`;
    const child = Bun.spawn([...IN_SMALL_FILE_SYSTEM, command], { stdout: 'pipe', stderr: 'pipe' });
    const output = (await new Response(child.stdout).text()) + (await new Response(child.stderr).text());
    expect({ code: await child.exited, output }).toEqual({
      code: 0,
      output: expect.stringContaining('Nothing that was answered for is missing.'),
    });
  },
  10 * MINUTES,
);
