import { join } from 'node:path';

export type Variant = 'bare' | 'ours' | 'contrib';
export type Framework = 'flask' | 'fastapi';

/** One worker each, without a log of its own for each request, and as the servers' documentation starts them. */
const COMMANDS: Readonly<Record<Framework, readonly string[]>> = {
  flask: ['gunicorn', '--bind', '127.0.0.1:0', '--no-control-socket', '--threads', '4', 'apps:make_flask()'],
  fastapi: ['uvicorn', '--port', '0', '--no-access-log', '--factory', 'apps:make_fastapi'],
};

/** Variables of a Python process that finds our package and the receiver, and none of this machine's telemetry. */
export function environmentOf(variant: Variant, receiver: string): Record<string, string | undefined> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.includes('OTEL_')));
  return {
    ...clean,
    PYTHONPATH: join(import.meta.dir, '../../python/src'),
    PYTHONUNBUFFERED: '1',
    VARIANT: variant,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver,
  };
}

/** A server of the hello app on a free port; disposing of it ends it and waits. */
export async function startApp(python: string, framework: Framework, variant: Variant, receiver: string) {
  const child = Bun.spawn([python, '-m', ...COMMANDS[framework]], {
    cwd: import.meta.dir,
    env: environmentOf(variant, receiver),
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const url = await urlOf(child.stderr);
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await child.exited;
    },
  };
}

/** The address that the server prints; what it prints later is read and forgotten. */
async function urlOf(output: ReadableStream<Uint8Array>): Promise<string> {
  const reader = output.getReader();
  const decoder = new TextDecoder();
  let said = '';
  for (;;) {
    const { done, value } = await reader.read();
    said += decoder.decode(value, { stream: true });
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
    if (found) {
      void (async () => {
        while (!(await reader.read()).done);
      })();
      return found[0];
    }
    if (done) throw new Error(`The server ended:\n${said}`);
  }
}
