import { logLevelSetting, type SettingsTable } from '@ml-otel/service-kit/settings';
import * as v from 'valibot';

const text = v.pipe(v.string(), v.trim(), v.nonEmpty());
const optionalText = v.pipe(v.string(), v.trim());
const decimal = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d*\.?\d+$/),
    v.transform(Number),
    v.minValue(least),
    v.maxValue(most),
  );
const integer = (least: number, most: number) => v.pipe(decimal(least, most), v.integer());
const lowercase = v.pipe(v.string(), v.trim(), v.toLowerCase());

/** Every setting of the sidecar. */
export const SETTINGS = {
  metricsFilePath: {
    variable: 'METRICS_FILE_PATH',
    default: '/shared/metrics/current.json',
    accepts: 'the path of a file',
    description: 'the file that the training job writes; it may come later',
    schema: text,
  },
  collectionIntervalSeconds: {
    variable: 'COLLECTION_INTERVAL',
    default: '10',
    accepts: 'seconds, 0.01 to 86400; fractions allowed',
    description: 'seconds between two looks at the file; it is read at every change besides',
    schema: decimal(0.01, 86_400),
  },
  endpoint: {
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: 'http://localhost:4317',
    accepts: 'host:port or http(s)://host:port',
    description: 'the receiver; OpenTelemetry’s other OTEL_EXPORTER_OTLP_* variables hold too',
    schema: v.pipe(text, v.check(isEndpoint)),
  },
  serviceName: {
    variable: 'OTEL_SERVICE_NAME',
    default: 'ml-metrics-bridge',
    accepts: 'a name',
    description: 'service.name of what is sent',
    schema: text,
  },
  exportIntervalMillis: {
    variable: 'OTEL_METRIC_EXPORT_INTERVAL',
    default: '1000',
    accepts: 'whole milliseconds, 1 to 86400000',
    description: 'longest time in milliseconds that a point waits before it is sent',
    schema: integer(1, 86_400_000),
  },
  stepAttributes: {
    variable: 'STEP_ATTRIBUTES',
    default: 'on',
    accepts: 'on or off',
    description:
      'epoch and batch on gauge points; off for a collector that makes each step a Prometheus series',
    schema: v.pipe(
      lowercase,
      v.picklist(['on', 'off']),
      v.transform((state) => state === 'on'),
    ),
  },
  jobIdleTimeoutSeconds: {
    variable: 'JOB_IDLE_TIMEOUT',
    default: '7200',
    accepts: 'seconds, 1 to 2592000',
    description: 'seconds without news after which a job is forgotten',
    schema: decimal(1, 2_592_000),
  },
  spoolFolder: {
    variable: 'SPOOL_DIR',
    default: '',
    accepts: 'the path of a folder, or nothing',
    description:
      'folder, of this process alone, where points wait for a receiver that is away; empty: in memory, lost at the end',
    schema: optionalText,
  },
  spoolMaxBytes: {
    variable: 'SPOOL_MAX_BYTES',
    default: '268435456',
    accepts: 'whole bytes, 1048576 (1 MiB) to 1099511627776 (1 TiB)',
    description:
      'size of the spool; at about 400 bytes a snapshot the default lasts 186 hours of a job that writes each second, 1,860 of one that writes every 10',
    schema: integer(1024 ** 2, 1024 ** 4),
  },
  healthPort: {
    variable: 'HEALTH_PORT',
    default: '8081',
    accepts: 'a port, 0 to 65535',
    description: 'port of /healthz and /readyz; 0 takes a free one',
    schema: integer(0, 65_535),
  },
  host: {
    variable: 'HOST',
    default: '127.0.0.1',
    accepts: 'an address of this machine, such as 0.0.0.0',
    description: 'address that the health port is bound to; 0.0.0.0 in Kubernetes',
    schema: text,
  },
  logLevel: logLevelSetting,
} as const satisfies SettingsTable;

function isEndpoint(endpoint: string): boolean {
  const url = URL.parse(endpoint.includes('://') ? endpoint : `http://${endpoint}`);
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '';
}
