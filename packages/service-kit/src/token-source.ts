import { readFileSync } from 'node:fs';

/** The token as it is now; it may change while the process runs. */
export interface TokenSource {
  current(): string;
}

/** Where the token comes from: a value, or a file that holds it. */
export interface TokenSettings {
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
}

/** How often a file with the token is read again. */
const RELOAD_MILLIS = 10_000;

interface Warns {
  warn(details: object, message: string): void;
}

/**
 * The token of the settings, undefined where there is none. One in a file (as Kubernetes mounts secrets) is read again
 * every ten seconds; while it cannot be, the last one holds.
 *
 * @throws Error where the file cannot be read or holds no token
 */
export function tokenSource({ token, tokenFile }: TokenSettings, logger: Warns): TokenSource | undefined {
  if (token !== undefined) return { current: () => token };
  if (tokenFile === undefined) return undefined;
  const source = openTokenFile(tokenFile);
  setInterval(() => {
    const reason = source.reload();
    if (reason !== undefined) {
      logger.warn({ reason }, 'ML_OTEL_TOKEN_FILE cannot be read: the token that was in it still holds');
    }
  }, RELOAD_MILLIS).unref();
  return source;
}

export interface TokenFile extends TokenSource {
  /** Reads the file again; what cannot be used leaves the token as it is, and gives the reason. */
  reload(): string | undefined;
}

/** @throws Error where the file cannot be read or holds no token */
export function openTokenFile(path: string): TokenFile {
  let token = readToken(path);
  return {
    current: () => token,
    reload() {
      try {
        token = readToken(path);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  };
}

function readToken(path: string): string {
  const token = readFileSync(path, 'utf8').trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Error(`${path}: expected a file with a token of printable characters without spaces`);
}
