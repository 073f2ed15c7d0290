import { afterEach, expect, test } from 'bun:test';
import { type Member, ProcessGroup } from './process-group.ts';
import { waitUntil } from './wait-until.ts';

const lines: string[] = [];
const groups: ProcessGroup[] = [];

afterEach(async () => {
  await Promise.all(groups.splice(0).map((group) => group.kill()));
  lines.length = 0;
});

function newGroup(): ProcessGroup {
  const group = new ProcessGroup({ onLine: (name, line) => lines.push(`${name}: ${line}`), graceMs: 2_000 });
  groups.push(group);
  return group;
}

function member(name: string, script: string, more: Partial<Member> = {}): Member {
  return { name, command: ['bash', '-c', script], env: {}, ...more };
}

/** Says when it was started and when it was asked to end. */
function polite(name: string): Member {
  return member(name, 'trap "echo ended; exit 0" TERM; echo $$; while :; do sleep 0.02; done', {
    ready: async () => lines.some((line) => line.startsWith(`${name}: `)),
  });
}

function pidOf(name: string): number {
  return Number(lines.find((line) => line.startsWith(`${name}: `))!.split(': ')[1]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('starts in order and ends in reverse order', async () => {
  const group = newGroup();
  await group.start([polite('first'), polite('second'), polite('third')]);
  const pids = ['first', 'second', 'third'].map(pidOf);
  expect(pids.every(isAlive)).toBe(true);
  await group.stop();
  expect(lines.filter((line) => line.endsWith('ended'))).toEqual([
    'third: ended',
    'second: ended',
    'first: ended',
  ]);
  expect(pids.some(isAlive)).toBe(false);
});

test('one that dies is named, and stop leaves no orphan', async () => {
  const group = newGroup();
  await group.start([polite('first'), polite('second')]);
  process.kill(pidOf('second'), 'SIGKILL');
  await expect(group.failed).rejects.toThrow('second ended with exit code 137');
  const first = pidOf('first');
  await group.stop();
  expect(isAlive(first)).toBe(false);
});

test('one that dies before it is ready ends the start', async () => {
  const group = newGroup();
  const dying = member('dying', 'exit 3', { ready: async () => false });
  await expect(group.start([polite('first'), dying, polite('never')])).rejects.toThrow(
    'dying ended with exit code 3',
  );
  await group.stop();
  expect(lines.some((line) => line.startsWith('never'))).toBe(false);
});

test('one that may finish does so without ending the others, unless it fails', async () => {
  const group = newGroup();
  await group.start([polite('first'), member('job', 'echo done', { mayFinish: true })]);
  await waitUntil(() => lines.includes('job: done'), { what: 'the job' });
  await group.start([member('failing job', 'exit 1', { mayFinish: true })]);
  await expect(group.failed).rejects.toThrow('failing job');
});

test('one that does not listen to SIGTERM is killed after the grace period', async () => {
  const group = newGroup();
  const deaf = member('deaf', 'trap "" TERM; echo $$; while :; do sleep 0.02; done', {
    ready: async () => lines.some((line) => line.startsWith('deaf: ')),
  });
  await group.start([deaf]);
  await group.stop();
  expect(isAlive(pidOf('deaf'))).toBe(false);
  expect(lines).toContain('deaf: it did not end within 2000 ms and was killed');
});
