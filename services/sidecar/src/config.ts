import * as v from 'valibot';
import { type Setting, settings } from './settings.ts';

/** The settings' values, by their names. */
export type Config = {
  readonly [Name in keyof typeof settings]: v.InferOutput<(typeof settings)[Name]['schema']>;
};

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config }
  /** One sentence for each bad value: its variable, what it was, what is accepted. */
  | { readonly ok: false; readonly issues: readonly string[] };

/** The configuration that environment variables give. An empty variable is an unset one, as OpenTelemetry has it. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): ParsedConfig {
  const issues: string[] = [];
  const values = Object.entries<Setting>(settings).map(([name, setting]) => {
    const given = env[setting.variable];
    const text = given === undefined || given.trim() === '' ? setting.default : given;
    const parsed = v.safeParse(setting.schema, text);
    if (!parsed.success) {
      issues.push(`${setting.variable}=${JSON.stringify(text.slice(0, 200))}: expected ${setting.accepts}`);
    }
    return [name, parsed.output];
  });
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, config: Object.fromEntries(values) as Config };
}

/** What `--help` shows. */
export function helpText(): string {
  const rows = Object.values<Setting>(settings).map(({ variable, doc, default: fallback }) => {
    return `  ${variable.padEnd(28)} ${doc} (default ${fallback === '' ? 'none' : fallback})`;
  });
  return [
    'Watches the file in which a training job writes its metrics, and sends them over OTLP.',
    '\nUsage: bun services/sidecar/src/main.ts\n\nEnvironment variables:\n',
    ...rows,
  ].join('\n');
}
