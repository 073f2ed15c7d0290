import * as v from 'valibot';
import { isLoopback } from './access/local-host.ts';
import { SETTINGS, type Setting, type Settings } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says, or one sentence for each thing that is wrong with it. */
export type ParsedConfig =
  | { readonly ok: true; readonly config: Settings }
  | { readonly ok: false; readonly issues: readonly string[] };

/** Reads every setting, and reports all bad ones together. Reads no files and changes nothing. */
export function parseConfig(env: Environment): ParsedConfig {
  const issues: string[] = [];
  const config = Object.fromEntries(
    Object.entries(SETTINGS).map(([name, setting]) => [name, read(setting, env, issues)]),
  ) as Settings;
  if (issues.length === 0) issues.push(...contradictions(config));
  return issues.length > 0 ? { ok: false, issues } : { ok: true, config };
}

function read(setting: Setting, env: Environment, issues: string[]): unknown {
  const text = env[setting.variable]?.trim() || setting.default;
  if (text === undefined) return undefined;
  const result = v.safeParse(setting.schema, text);
  if (result.success) return result.output;
  const shown = setting.secret ? '' : `=${JSON.stringify(text.slice(0, 200))}`;
  issues.push(`${setting.variable}${shown}: expected ${setting.accepts}`);
  return undefined;
}

function contradictions({ host, token, tokenFile, maxMessageBytes, maxPendingBytes }: Settings): string[] {
  const issues: string[] = [];
  if (token !== undefined && tokenFile !== undefined) {
    issues.push('ML_OTEL_TOKEN and ML_OTEL_TOKEN_FILE are both set: expected one of them');
  }
  if (!isLoopback(host) && token === undefined && tokenFile === undefined) {
    issues.push(
      `HOST=${JSON.stringify(host)} is reachable from other machines: set ML_OTEL_TOKEN or ML_OTEL_TOKEN_FILE, ` +
        'or leave HOST unset to listen on this machine only',
    );
  }
  if (maxPendingBytes < 2 * maxMessageBytes) {
    issues.push(
      `OTLP_MAX_PENDING_BYTES=${maxPendingBytes}: expected at least twice OTLP_MAX_MESSAGE_BYTES (${maxMessageBytes})`,
    );
  }
  return issues;
}

/** The text of `--help`. */
export function usage(): string {
  const rows = Object.values(SETTINGS).map((setting: Setting) => [
    setting.variable,
    setting.default ?? '',
    `${setting.description} (${setting.accepts})`,
  ]);
  const table = [['Variable', 'Default', 'Meaning'], ...rows].map(
    ([variable, fallback, meaning]) => `  ${variable!.padEnd(28)} ${fallback!.padEnd(22)} ${meaning}`,
  );
  return [
    'The explorer: takes OTLP traces, metrics and logs and stores them in ClickHouse.',
    '',
    'Usage: bun services/explorer/src/main.ts [--help]',
    '',
    'Settings are environment variables:',
    '',
    ...table,
  ].join('\n');
}
