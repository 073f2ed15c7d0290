import { logLevelSetting, type Setting, setting, text, wholeNumber } from '@ml-otel/service-kit/settings';
import * as v from 'valibot';
import { RETENTION_SETTINGS } from './retention/retention-settings.ts';

const MIB = 2 ** 20;

function port(variable: string, fallback: string, what: string) {
  return setting({
    variable,
    default: fallback,
    accepts: 'a port, 0 to 65535',
    description: `Port of ${what}; 0 picks a free one, and the start line says which.`,
    schema: wholeNumber(0, 65_535),
  });
}

/** Every setting of the explorer. The usage text is generated from this table. */
export const SETTINGS = {
  port: port('PORT', '3000', 'the page, health checks and the explorer’s own metrics'),
  otlpGrpcPort: port('OTLP_GRPC_PORT', '4317', 'OTLP/gRPC'),
  otlpHttpPort: port('OTLP_HTTP_PORT', '4318', 'OTLP/HTTP'),
  host: setting({
    variable: 'HOST',
    default: '127.0.0.1',
    accepts: 'a host name or address',
    description: 'Address to listen on. Beyond loopback a token is demanded.',
    schema: v.pipe(text, v.regex(/^[\w.:%-]+$/)),
  }),
  token: setting({
    variable: 'ML_OTEL_TOKEN',
    accepts: 'printable characters without spaces',
    description: 'Bearer token that a request must carry, over both protocols.',
    secret: true,
    schema: v.pipe(text, v.regex(/^[\x21-\x7e]+$/)),
  }),
  tokenFile: setting({
    variable: 'ML_OTEL_TOKEN_FILE',
    accepts: 'the path of a file',
    description: 'File that holds the token instead; read again when it changes.',
    schema: text,
  }),
  dataFolder: setting({
    variable: 'ML_OTEL_DATA_DIR',
    default: './ml-otel-data',
    accepts: 'the path of a folder of this process’s own',
    description:
      'Where the embedded ClickHouse keeps its data; without it and CLICKHOUSE_URL, ./ml-otel-data.',
    schema: text,
  }),
  clickhouseUrl: setting({
    variable: 'CLICKHOUSE_URL',
    accepts: 'http(s)://host:port',
    description: 'A ClickHouse server to use instead of the embedded one.',
    schema: v.pipe(text, v.url(), v.regex(/^https?:/i)),
  }),
  clickhouseUser: setting({
    variable: 'CLICKHOUSE_USER',
    default: 'default',
    accepts: 'a name',
    description: 'User on that server.',
    schema: text,
  }),
  clickhousePassword: setting({
    variable: 'CLICKHOUSE_PASSWORD',
    accepts: 'text',
    description: 'Password on that server.',
    secret: true,
    schema: text,
  }),
  clickhouseDatabase: setting({
    variable: 'CLICKHOUSE_DATABASE',
    default: 'otel',
    accepts: 'letters, digits and underscores',
    description: 'Database that holds the tables.',
    schema: v.pipe(text, v.regex(/^[A-Za-z_]\w*$/)),
  }),
  clickhouseCaFile: setting({
    variable: 'CLICKHOUSE_CA_FILE',
    accepts: 'the path of a PEM file',
    description:
      'Authority that signed that server’s certificate, for an https URL; else those that the system knows.',
    schema: text,
  }),
  clickhouseCertFile: setting({
    variable: 'CLICKHOUSE_CERT_FILE',
    accepts: 'the path of a PEM file',
    description: 'Our own certificate, where that server asks for one; with CLICKHOUSE_CA_FILE.',
    schema: text,
  }),
  clickhouseKeyFile: setting({
    variable: 'CLICKHOUSE_KEY_FILE',
    accepts: 'the path of a PEM file',
    description: 'Key of our own certificate.',
    schema: text,
  }),
  ...RETENTION_SETTINGS,
  maxMessageBytes: setting({
    variable: 'OTLP_MAX_MESSAGE_BYTES',
    default: String(16 * MIB),
    accepts: 'bytes, 65536 to 268435456',
    description: 'Longest export request, after decompression.',
    schema: wholeNumber(65_536, 256 * MIB),
  }),
  maxPendingBytes: setting({
    variable: 'OTLP_MAX_PENDING_BYTES',
    default: String(128 * MIB),
    accepts: 'bytes, 1048576 to 17179869184',
    description: 'Requests that wait to be committed; beyond it senders are told to come back later.',
    schema: wholeNumber(MIB, 16_384 * MIB),
  }),
  maxBatchBytes: setting({
    variable: 'OTLP_MAX_BATCH_BYTES',
    default: String(16 * MIB),
    accepts: 'bytes, 1 to 268435456',
    description:
      'A batch of so many bytes is committed without waiting for more. While it is inserted the embedded engine takes some twenty times as much memory.',
    schema: wholeNumber(1, 256 * MIB),
  }),
  commitDelayMillis: setting({
    variable: 'OTLP_COMMIT_DELAY',
    default: '20',
    accepts: 'milliseconds, 0 to 1000',
    description:
      'How long a request waits for others to be committed with; up to five times that while many large ones come.',
    schema: wholeNumber(0, 1_000),
  }),
  commitIntervalMillis: setting({
    variable: 'OTLP_COMMIT_INTERVAL',
    default: '250',
    accepts: 'milliseconds, 0 to 10000',
    description:
      'While little comes, a signal is committed no more often than this; what comes after a longer pause does not wait for it.',
    schema: wholeNumber(0, 10_000),
  }),
  ownTelemetryMillis: setting({
    variable: 'OWN_TELEMETRY_INTERVAL',
    default: '60',
    accepts: 'seconds, 1 to 3600, or off',
    description: 'How often the explorer’s own metrics go into its own store, as service ml-otel-explorer.',
    schema: v.union([
      v.pipe(
        v.literal('off'),
        v.transform((): number | undefined => undefined),
      ),
      v.pipe(
        wholeNumber(1, 3_600),
        v.transform((seconds): number | undefined => seconds * 1_000),
      ),
    ]),
  }),
  logLevel: logLevelSetting,
};

type Optional =
  | 'token'
  | 'tokenFile'
  | 'clickhouseUrl'
  | 'clickhousePassword'
  | 'clickhouseCaFile'
  | 'clickhouseCertFile'
  | 'clickhouseKeyFile'
  | 'retentionConfirm'
  | 'archiveFolder';

/** The settings' values; those without a default may be missing. */
export type Settings = {
  readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer S>
    ? v.InferOutput<S> | (K extends Optional ? undefined : never)
    : never;
};
