import { createServer } from 'node:net';
import { freePort } from './free-port.ts';

/** Ports of processes on this machine: the environment variable that sets each, and its default. 0 picks a free one. */
export type DeclaredPorts = Readonly<
  Record<string, { readonly variable: string; readonly fallback: number }>
>;

export type Ports<D extends DeclaredPorts> = { readonly [Name in keyof D]: number };

/** The environment variables that set them. */
export function portVariables(declared: DeclaredPorts): string[] {
  return Object.values(declared).map(({ variable }) => variable);
}

/**
 * Reads the ports from the environment and picks free ones for those that are 0. Throws one error that names every
 * port that is no port or is taken, with the variable that moves it.
 */
export async function choosePorts<D extends DeclaredPorts>(
  declared: D,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ports<D>> {
  const complaints: string[] = [];
  const ports: Record<string, number> = {};
  for (const [name, { variable, fallback }] of Object.entries(declared)) {
    const text = env[variable] ?? '';
    const port = text === '' ? fallback : Number(text);
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      complaints.push(`${variable}="${text}" is no port: a number from 0 (any free one) to 65535.`);
    } else if (port !== 0 && !(await isFree(port))) {
      complaints.push(`Port ${port} is taken: end what listens there, or set ${variable} (0: any free one).`);
    } else {
      ports[name] = port === 0 ? await freePort() : port;
    }
  }
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return ports as Ports<D>;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
