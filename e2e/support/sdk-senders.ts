/**
 * The same small telemetry out of the SDKs of three languages: spans `train` and, below it, `step` with attributes of
 * every type, an event, a link and an error; a log record and an event with a map for a body; a counter, an up-down
 * counter, a gauge, a histogram and an exponential histogram. All of it is of the run `sdk-run`, by the resource, whose
 * `service.name` is the language and the protocol, and is made within the span `step`.
 */
import { join } from 'node:path';
import { ensureOwnGoProgram } from '../../scripts/ensure-go-program.ts';
import { ensurePythonVenv } from '../../scripts/ensure-python-venv.ts';

export const LANGUAGES = ['typescript', 'python', 'go'] as const;
export const PROTOCOLS = ['grpc', 'http'] as const;

export type Language = (typeof LANGUAGES)[number];
export type Protocol = (typeof PROTOCOLS)[number];

/** Sends it; throws with what the SDK said unless all of it was taken. */
export async function sendThroughSdk(
  language: Language,
  protocol: Protocol,
  endpoint: string,
): Promise<void> {
  await runSender([...(await commandOf(language)), protocol], { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
}

/** Runs a program that sends telemetry; throws with what it said when it fails. */
export async function runSender(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const said = (
    await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  ).join('');
  if ((await child.exited) !== 0) throw new Error(`\`${command.join(' ')}\` failed:\n${said}`);
  return said;
}

async function commandOf(language: Language): Promise<string[]> {
  switch (language) {
    case 'typescript':
      return [process.execPath, join(import.meta.dir, 'typescript-sender.ts')];
    case 'go':
      return [await ensureOwnGoProgram(join(import.meta.dir, 'go-sender'))];
    case 'python': {
      const folder = join(import.meta.dir, 'python-sender');
      const requirements = await Bun.file(join(folder, 'requirements.txt')).text();
      const venv = await ensurePythonVenv(requirements.trim().split('\n'));
      return [join(venv, 'bin/python'), join(folder, 'main.py')];
    }
  }
}
