import { logLevelSetting, type Setting, setting, text, wholeNumber } from '@ml-otel/service-kit/settings';
import * as v from 'valibot';
import { endpointUrl } from './otlp-address.ts';

/** Every setting of the gateway. The usage text is generated from this table. */
export const SETTINGS = {
  port: setting({
    variable: 'PORT',
    default: '9091',
    accepts: 'a port, 0 to 65535',
    description: 'Port to listen on; 0 picks a free one, and the start line says which.',
    schema: wholeNumber(0, 65_535),
  }),
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
    description: 'Bearer token that a request must carry.',
    secret: true,
    schema: v.pipe(text, v.regex(/^[\x21-\x7e]+$/)),
  }),
  tokenFile: setting({
    variable: 'ML_OTEL_TOKEN_FILE',
    accepts: 'the path of a file',
    description: 'File that holds the token instead; read again when it changes.',
    schema: text,
  }),
  endpoint: setting({
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: 'http://localhost:4317',
    accepts: 'host:port or http(s)://host:port',
    description: 'Where the telemetry goes: a collector or the explorer.',
    schema: v.pipe(
      text,
      v.check((value) => endpointUrl(value) !== undefined),
    ),
  }),
  serviceName: setting({
    variable: 'OTEL_SERVICE_NAME',
    default: 'ml-metrics-bridge',
    accepts: 'a name',
    description: 'service.name of all that is sent.',
    schema: text,
  }),
  exportIntervalMillis: setting({
    variable: 'OTEL_METRIC_EXPORT_INTERVAL',
    default: '1000',
    accepts: 'milliseconds, 1 to 86400000',
    description: 'Longest time that a point waits before it is sent.',
    schema: wholeNumber(1, 86_400_000),
  }),
  stepAttributes: setting({
    variable: 'STEP_ATTRIBUTES',
    default: 'on',
    accepts: 'on or off',
    description: 'epoch and batch on gauge points; off for a collector that would make each step a series.',
    schema: v.pipe(
      text,
      v.toLowerCase(),
      v.picklist(['on', 'off']),
      v.transform((value) => value === 'on'),
    ),
  }),
  jobIdleTimeoutSeconds: setting({
    variable: 'JOB_IDLE_TIMEOUT',
    default: '7200',
    accepts: 'seconds, 1 to 31536000',
    description: 'A job that pushes nothing for so long is forgotten.',
    schema: wholeNumber(1, 31_536_000),
  }),
  spoolFolder: setting({
    variable: 'SPOOL_DIR',
    accepts: 'the path of a folder of this process’s own',
    description: 'Where what waits to be sent outlives the process; without it, it waits in memory.',
    schema: text,
  }),
  spoolMaxBytes: setting({
    variable: 'SPOOL_MAX_BYTES',
    default: '268435456',
    accepts: 'bytes, 1048576 to 1099511627776',
    description: 'Size of the spool; beyond it pushes are answered 429. A snapshot takes about 400 bytes.',
    schema: wholeNumber(2 ** 20, 2 ** 40),
  }),
  maxBodyBytes: setting({
    variable: 'MAX_BODY_BYTES',
    default: '268435456',
    accepts: 'bytes, 1024 to 1099511627776',
    description: 'Longest body, after decompression. JSON that is not NDJSON is held to 16 MiB besides.',
    schema: wholeNumber(1024, 2 ** 40),
  }),
  logLevel: logLevelSetting,
};

/** The settings' values; those without a default may be missing. */
export type Settings = {
  readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer S>
    ? v.InferOutput<S> | (K extends 'token' | 'tokenFile' | 'spoolFolder' ? undefined : never)
    : never;
};
