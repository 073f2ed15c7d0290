import { isLoopback } from '@ml-otel/service-kit/local-host';
import { type Environment, readSettings, settingsLines } from '@ml-otel/service-kit/settings';
import { SETTINGS, type Settings } from './settings.ts';

/** What the environment says, or one sentence for each thing that is wrong with it. */
export type ParsedConfig =
  | { readonly ok: true; readonly config: Settings }
  | { readonly ok: false; readonly issues: readonly string[] };

/** Reads every setting, and reports all bad ones together. Reads no files and changes nothing. */
export function parseConfig(env: Environment): ParsedConfig {
  const { values, issues } = readSettings(SETTINGS, env);
  const config = values as Settings;
  if (issues.length === 0) issues.push(...contradictions(config));
  return issues.length > 0 ? { ok: false, issues } : { ok: true, config };
}

function contradictions({ host, token, tokenFile }: Settings): string[] {
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
  return issues;
}

/** The text of `--help`. */
export function usage(): string {
  return [
    'The push gateway: takes training snapshots over HTTP and sends them on as OpenTelemetry.',
    '',
    'Usage: bun services/push-gateway/src/main.ts [--help]',
    '',
    'Settings are environment variables. Besides those below, OpenTelemetry’s own OTEL_EXPORTER_OTLP_* (protocol,',
    'headers, TLS, compression, timeouts) and OTEL_RESOURCE_ATTRIBUTES are honored.',
    '',
    ...settingsLines(SETTINGS),
  ].join('\n');
}
