import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from './folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folder-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the claim of a process that was killed does not hold, though nobody has asked about its end', async () => {
  // A shell that becomes `sleep` never asks about the child that it had: the child stays in the process table.
  const parent = Bun.spawn(['sh', '-c', 'sleep 1000 & echo $!; exec sleep 1000'], { stdout: 'pipe' });
  try {
    const { value } = await parent.stdout.getReader().read();
    const pid = Number(new TextDecoder().decode(value));
    const fields = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
    writeFileSync(join(folder, 'lock'), `${pid} ${fields()[21]} claim`);
    expect(() => lockFolder(folder)).toThrow(`in use by process ${pid}`);
    // Until then the shell would ask about it.
    while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await Bun.sleep(1);
    process.kill(pid, 'SIGKILL');
    while (fields()[2] !== 'Z') await Bun.sleep(1);
    lockFolder(folder)();
  } finally {
    parent.kill('SIGKILL');
    await parent.exited;
  }
});
