/** Values of environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type OtlpProtocol = 'grpc' | 'http/protobuf';
/** The signals that the bridge sends, as the names of OpenTelemetry's variables spell them. */
export type OtlpSignal = 'METRICS' | 'LOGS';

const PATHS: Record<OtlpSignal, string> = { METRICS: 'v1/metrics', LOGS: 'v1/logs' };
const DEFAULTS: Record<OtlpProtocol, string> = {
  grpc: 'http://localhost:4317',
  'http/protobuf': 'http://localhost:4318',
};

/**
 * Protocol of a signal: the argument, else OTEL_EXPORTER_OTLP_<SIGNAL>_PROTOCOL, else OTEL_EXPORTER_OTLP_PROTOCOL,
 * else gRPC (OpenTelemetry specification, "OTLP Exporter Configuration").
 *
 * @throws RangeError for a protocol that is neither `grpc` nor `http/protobuf`
 */
export function protocolFor(
  signal: OtlpSignal,
  argument: string | undefined,
  env: Environment,
): OtlpProtocol {
  const name =
    argument ??
    (env[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`]?.trim() ||
      env.OTEL_EXPORTER_OTLP_PROTOCOL?.trim() ||
      'grpc');
  if (name === 'grpc' || name === 'http/protobuf') return name;
  throw new RangeError(`OTLP protocol ${JSON.stringify(name)}: expected "grpc" or "http/protobuf"`);
}

/**
 * Where a signal goes. Over HTTP a general endpoint gets the signal's path and a signal's own is used as it is.
 * Without a scheme (`otel-collector:4317`) it is plain text, or TLS where OTEL_EXPORTER_OTLP_INSECURE is `false`.
 *
 * @throws RangeError where the endpoint is no address
 */
export function endpointFor(
  signal: OtlpSignal,
  protocol: OtlpProtocol,
  argument: string | undefined,
  env: Environment,
): string {
  const own = env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]?.trim();
  const general = argument ?? env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim();
  const isOwn = argument === undefined && Boolean(own);
  const url = parse((isOwn ? own : general) || DEFAULTS[protocol], env);
  if (protocol === 'http/protobuf' && !isOwn) {
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${PATHS[signal]}`;
  }
  return url.href.replace(/\/$/, '');
}

function parse(endpoint: string, env: Environment): URL {
  const insecure = env.OTEL_EXPORTER_OTLP_INSECURE?.trim().toLowerCase() !== 'false';
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint)
    ? endpoint
    : `${insecure ? 'http' : 'https'}://${endpoint}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new RangeError(
      `OTLP endpoint ${JSON.stringify(endpoint)}: expected host:port or http(s)://host:port`,
    );
  }
  return url;
}
