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
  if (issues.length === 0) issues.push(...contradictions(config), ...storeContradictions(config));
  return issues.length > 0 ? { ok: false, issues } : { ok: true, config };
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

function storeContradictions(config: Settings): string[] {
  const { archiveFolder, clickhouseUrl, clickhouseCaFile, clickhouseCertFile, clickhouseKeyFile } = config;
  const issues: string[] = [];
  if (archiveFolder !== undefined && clickhouseUrl !== undefined) {
    issues.push(
      'ARCHIVE_DIR and CLICKHOUSE_URL are both set: the archive is of the embedded store only; on a server use a storage ' +
        'policy with TTL … TO VOLUME, or BACKUP',
    );
  }
  const files = [clickhouseCaFile, clickhouseCertFile, clickhouseKeyFile];
  if (files.some((file) => file !== undefined) && !/^https:/i.test(clickhouseUrl ?? '')) {
    issues.push(
      'CLICKHOUSE_CA_FILE, CLICKHOUSE_CERT_FILE and CLICKHOUSE_KEY_FILE expect a CLICKHOUSE_URL of https://',
    );
  }
  if ((clickhouseCertFile === undefined) !== (clickhouseKeyFile === undefined)) {
    issues.push('CLICKHOUSE_CERT_FILE and CLICKHOUSE_KEY_FILE belong together: expected both or none');
  }
  if (clickhouseCertFile !== undefined && clickhouseCaFile === undefined) {
    issues.push('CLICKHOUSE_CERT_FILE expects CLICKHOUSE_CA_FILE as well');
  }
  return issues;
}

/** The text of `--help`. */
export function usage(): string {
  return [
    'The explorer: takes OTLP traces, metrics and logs and stores them in ClickHouse.',
    '',
    'Usage: bun services/explorer/src/main.ts [--help]',
    '',
    'Settings are environment variables:',
    '',
    ...settingsLines(SETTINGS),
  ].join('\n');
}
