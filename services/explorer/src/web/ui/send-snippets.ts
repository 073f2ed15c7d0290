/** `runs` are metrics too, of a training job. */
export type Signal = 'logs' | 'traces' | 'metrics' | 'runs';
export type Way = (typeof WAYS)[number];

export const WAYS = ['python', 'curl', 'environment', 'collector'] as const;

export interface About {
  /** By which the page was reached. */
  readonly host: string;
  readonly otlpGrpcPort: number;
  readonly otlpHttpPort: number;
  /** Whether senders need a token. */
  readonly token: boolean;
}

/** A text to paste into a terminal, or a configuration. The token itself is never shown. */
export function snippetOf(way: Way, signal: Signal, about: About): string {
  switch (way) {
    case 'python':
      return python(signal, about);
    case 'curl':
      return curl(signal, about);
    case 'environment':
      return environment(about);
    case 'collector':
      return collector(signal, about);
  }
}

function python(signal: Signal, { host, otlpHttpPort, token }: About): string {
  return [
    'pip install ml-otel-bridge',
    // The program reads it by itself.
    ...(token ? ['export ML_OTEL_TOKEN'] : []),
    "python3 - <<'EOF'",
    ...PROGRAMS[signal](`'http://${bracketed(host)}:${otlpHttpPort}'`),
    'EOF',
  ].join('\n');
}

function curl(signal: Signal, { host, otlpHttpPort, token }: About): string {
  const header = token ? ` \\\n  -H "authorization: Bearer $ML_OTEL_TOKEN"` : '';
  return `curl http://${bracketed(host)}:${otlpHttpPort}/v1/${pathOf(signal)} -H 'content-type: application/json'${header} -d @- <<EOF
${BODIES[signal]}
EOF`;
}

function environment({ host, otlpHttpPort, token }: About): string {
  return [
    `export OTEL_EXPORTER_OTLP_ENDPOINT=http://${bracketed(host)}:${otlpHttpPort}`,
    'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    ...(token ? ['export OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer $ML_OTEL_TOKEN"'] : []),
    'export OTEL_SERVICE_NAME=my-service',
  ].join('\n');
}

function collector(signal: Signal, { host, otlpGrpcPort, token }: About): string {
  return [
    'exporters:',
    '  otlp/explorer:',
    `    endpoint: ${bracketed(host)}:${otlpGrpcPort}`,
    '    tls: { insecure: true }',
    ...(token ? [`    headers: { authorization: "Bearer \${env:ML_OTEL_TOKEN}" }`] : []),
    'service:',
    '  pipelines:',
    `    ${pathOf(signal)}: { receivers: [otlp], exporters: [otlp/explorer] }`,
  ].join('\n');
}

function pathOf(signal: Signal): string {
  return signal === 'runs' ? 'metrics' : signal;
}

/** An IPv6 address in brackets, as a URL has it. */
function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

const RESOURCE = `"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my-service"}}]}`;

/** `$(date …)` is what the shell puts in, because the body is not quoted. */
const BODIES: Readonly<Record<Signal, string>> = {
  logs: `{"resourceLogs":[{${RESOURCE},"scopeLogs":[{"logRecords":[
  {"timeUnixNano":"$(date +%s)000000000","severityNumber":9,"body":{"stringValue":"hello"}}]}]}]}`,
  traces: `{"resourceSpans":[{${RESOURCE},"scopeSpans":[{"spans":[
  {"traceId":"$(openssl rand -hex 16)","spanId":"$(openssl rand -hex 8)","name":"hello","kind":2,
   "startTimeUnixNano":"$(date +%s)000000000","endTimeUnixNano":"$(date +%s)250000000"}]}]}]}`,
  metrics: `{"resourceMetrics":[{${RESOURCE},"scopeMetrics":[{"metrics":[
  {"name":"hello","gauge":{"dataPoints":[{"timeUnixNano":"$(date +%s)000000000","asDouble":1}]}}]}]}]}`,
  runs: `{"resourceMetrics":[{${RESOURCE},"scopeMetrics":[{"metrics":[
  {"name":"ml.training.loss","gauge":{"dataPoints":[
    ${firstPoint(1, '0.9')},
    ${firstPoint(2, '0.6')},
    ${firstPoint(3, '0.5')}]}}]}]}]}`,
};

/** Lines of Python; `endpoint` is a literal. */
const PROGRAMS: Readonly<Record<Signal, (endpoint: string) => readonly string[]>> = {
  logs: (endpoint) => [
    'from ml_otel_bridge import configure, get_logger',
    `configure(service_name='my-service', endpoint=${endpoint})`,
    "get_logger().warning('hello')",
  ],
  traces: (endpoint) => [
    'from ml_otel_bridge import configure, span',
    `configure(service_name='my-service', endpoint=${endpoint})`,
    "with span('hello'): print('hello')",
  ],
  metrics: (endpoint) => [
    'from ml_otel_bridge import configure, gauge',
    `configure(service_name='my-service', endpoint=${endpoint})`,
    "gauge('hello').set(1)",
  ],
  runs: (endpoint) => [
    'from ml_otel_bridge import init_run',
    `with init_run('my-project', id='my-first-run', endpoint=${endpoint}) as run:`,
    "    for step in range(100): run.log({'loss': 1 / (step + 1)}, step=step)",
  ],
};

function firstPoint(step: number, loss: string): string {
  const attributes = `{"key":"job.id","value":{"stringValue":"my-first-run"}},{"key":"batch","value":{"intValue":${step}}}`;
  return `{"timeUnixNano":"$(date +%s)00000000${step}","asDouble":${loss},"attributes":[${attributes}]}`;
}
