import { type Environment, readSettings, settingsLines } from '@ml-otel/service-kit/settings';
import type * as v from 'valibot';
import { SETTINGS } from './settings.ts';

/** The settings' values, by their names. */
export type Config = {
  readonly [Name in keyof typeof SETTINGS]: v.InferOutput<(typeof SETTINGS)[Name]['schema']>;
};

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config }
  /** One sentence for each bad value: its variable, what it was, what is accepted. */
  | { readonly ok: false; readonly issues: readonly string[] };

/** The configuration that environment variables give. An empty variable is an unset one, as OpenTelemetry has it. */
export function parseConfig(env: Environment): ParsedConfig {
  const { values, issues } = readSettings(SETTINGS, env);
  return issues.length > 0 ? { ok: false, issues } : { ok: true, config: values as Config };
}

/** What `--help` shows. */
export function helpText(): string {
  return [
    'Watches the file in which a training job writes its metrics, and sends them over OTLP.',
    '',
    'Usage: bun services/sidecar/src/main.ts',
    '',
    'Settings are environment variables. Besides those below, OpenTelemetry’s own OTEL_EXPORTER_OTLP_* (protocol,',
    'headers, TLS, compression, timeouts) and OTEL_RESOURCE_ATTRIBUTES are honored.',
    '',
    ...settingsLines(SETTINGS),
  ].join('\n');
}
