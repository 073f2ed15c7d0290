export type RunOptions = { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string };

/** Runs a command with its output going to our stderr; throws with the command and its exit code when it fails. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<void> {
  const code = await exitCodeOf(command, options);
  if (code !== 0) throw new Error(`\`${command.join(' ')}\` failed with exit code ${code}.`);
}

/** The same, giving back the exit code. */
export async function exitCodeOf(command: readonly string[], { env, cwd }: RunOptions = {}): Promise<number> {
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdin: 'ignore',
    stdout: 2,
    stderr: 'inherit',
  });
  return await child.exited;
}
