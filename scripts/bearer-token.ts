import { readFile } from 'node:fs/promises';

/**
 * The token that the environment sets for our services, in `ML_OTEL_TOKEN` or in the file that `ML_OTEL_TOKEN_FILE`
 * names; undefined where it sets none. Throws where the file cannot be read.
 */
export async function bearerToken(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (env.ML_OTEL_TOKEN) return env.ML_OTEL_TOKEN;
  return env.ML_OTEL_TOKEN_FILE ? (await readFile(env.ML_OTEL_TOKEN_FILE, 'utf8')).trim() : undefined;
}
