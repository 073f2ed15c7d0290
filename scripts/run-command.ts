import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type RunOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Of what runs beside others: its output comes when it has ended, in one piece. */
  readonly isHeld?: boolean;
};

/** Runs a command with its output going to our stderr; throws with the command and its exit code when it fails. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<void> {
  const code = await exitCodeOf(command, options);
  if (code !== 0) throw new Error(`\`${command.join(' ')}\` failed with exit code ${code}.`);
}

/** The same, giving back the exit code. */
export async function exitCodeOf(
  command: readonly string[],
  { isHeld = false, ...options }: RunOptions = {},
): Promise<number> {
  if (!isHeld) return exitCodeInto(2, command, options);
  const folder = await mkdtemp(join(tmpdir(), 'ml-otel-output-'));
  const path = join(folder, 'output');
  const file = await open(path, 'w');
  try {
    const code = await exitCodeInto(file.fd, command, options);
    process.stderr.write(await readFile(path));
    return code;
  } finally {
    await file.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function exitCodeInto(
  output: number,
  command: readonly string[],
  { env, cwd }: Omit<RunOptions, 'isHeld'>,
): Promise<number> {
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdin: 'ignore',
    stdout: output,
    stderr: output,
  });
  return await child.exited;
}
