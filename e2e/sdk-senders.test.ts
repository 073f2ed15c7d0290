import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { startChild } from '../scripts/child-process.ts';
import { ensureGoProgram } from '../scripts/ensure-go-program.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { LANGUAGES, PROTOCOLS, runSender, sendThroughSdk } from './support/sdk-senders.ts';
import { type ClickhouseFront, startClickhouseFront } from './support/start-clickhouse-front.ts';

/** The first time Go programs are built and Python's packages installed. */
setDefaultTimeout(20 * 60_000);

const TELEMETRYGEN = 'github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen';

let scope: AsyncDisposableStack;
let store: ClickhouseFront;
let endpoints: Record<(typeof PROTOCOLS)[number], string>;

/** The explorer's receiver with a ClickHouse server behind it, so that the rows can be looked at from outside. */
beforeAll(async () => {
  scope = new AsyncDisposableStack();
  store = scope.use(await startClickhouseFront());
  const lines: string[] = [];
  const explorer = startChild({
    command: [process.execPath, join(import.meta.dir, '../services/explorer/src/main.ts')],
    env: { CLICKHOUSE_URL: store.url, PORT: '0', OTLP_GRPC_PORT: '0', OTLP_HTTP_PORT: '0' },
    onLine: (line) => lines.push(line),
  });
  scope.defer(() => explorer.kill9().then(() => {}));
  const [, grpc, http] = await waitUntil(
    () => /OTLP\/gRPC on (\d+), OTLP\/HTTP on (\d+)/.exec(lines.join('\n')) ?? undefined,
    { what: 'the explorer' },
  ).catch((error) => {
    throw new Error(`${error.message}\n${lines.join('\n')}`);
  });
  endpoints = { grpc: `http://127.0.0.1:${grpc}`, http: `http://127.0.0.1:${http}` };
});
afterAll(() => scope.disposeAsync());

const SENDERS = LANGUAGES.flatMap((language) => PROTOCOLS.map((protocol) => [language, protocol] as const));

describe.each(SENDERS)('the SDK for %s over %s', (language, protocol) => {
  const service = `${language}-${protocol}`;
  const rows = <Row>(columns: string, table: string, order: string) =>
    store.query<Row>(
      `SELECT ${columns} FROM otel.${table} WHERE ServiceName = '${service}' ORDER BY ${order}`,
    );
  const metric = (table: string, columns: string) => rows(`MetricName, ${columns}`, table, 'MetricName');
  /** Not in JavaScript's SDK. */
  const exemplars = language === 'typescript' ? 0 : 1;

  beforeAll(() => sendThroughSdk(language, protocol, endpoints[protocol]));

  test('spans, with attributes of every type, events and links', async () => {
    const [step, train, ...others] = await rows<Record<string, unknown>>(
      `SpanName, SpanKind, TraceId, SpanId, ParentSpanId, StatusCode, StatusMessage, SpanAttributes, ScopeName, RunId,
       ScopeVersion, ResourceAttributes['hosts'] AS hosts, Events.Name, Events.Attributes, Links.SpanId,
       Links.Attributes, Duration > 0 AND Timestamp > now() - INTERVAL 1 HOUR AS timed`,
      'otel_traces',
      'SpanName',
    );
    expect(others).toEqual([]);
    expect(train).toMatchObject({
      SpanName: 'train',
      SpanKind: 'Server',
      ParentSpanId: '',
      StatusCode: 'Unset',
    });
    expect(step).toEqual({
      SpanName: 'step',
      SpanKind: 'Internal',
      TraceId: train!.TraceId,
      SpanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      ParentSpanId: train!.SpanId,
      StatusCode: 'Error',
      StatusMessage: 'out of memory',
      SpanAttributes: {
        list: '[1,2,3]',
        real: '0.25',
        text: 'ä€😀',
        whole: language === 'typescript' ? String(Number.MAX_SAFE_INTEGER) : '9223372036854775807',
        yes: 'true',
      },
      ScopeName: 'sdk-sender',
      ScopeVersion: '1.2.3',
      RunId: 'sdk-run',
      hosts: '["a","b"]',
      'Events.Name': ['checkpoint'],
      'Events.Attributes': [{ path: 'a.ckpt' }],
      'Links.SpanId': [train!.SpanId],
      'Links.Attributes': [{ why: 'resumed' }],
      timed: 1,
    });
  });

  test('logs, within their span', async () => {
    const [{ TraceId, SpanId } = {}] = await store.query<Record<string, string>>(
      `SELECT TraceId, SpanId FROM otel.otel_traces WHERE ServiceName = '${service}' AND SpanName = 'step'`,
    );
    const columns = `Body, EventName, SeverityNumber, SeverityText, LogAttributes, TraceId, SpanId, ScopeName, RunId`;
    const common = { TraceId, SpanId, ScopeName: 'sdk-sender', RunId: 'sdk-run' };
    expect(await rows(columns, 'otel_logs', 'Body')).toEqual([
      {
        ...common,
        Body: 'loss is high',
        EventName: '',
        SeverityNumber: 13,
        SeverityText: 'WARN',
        LogAttributes: { batch: '7', loss: '2.5', yes: 'true' },
      },
      {
        ...common,
        Body: '{"batch":7}',
        EventName: 'ml.run.heartbeat',
        SeverityNumber: 9,
        SeverityText: expect.any(String),
        LogAttributes: {},
      },
    ]);
  });

  test('counters and gauges, with exemplars where the SDK has them', async () => {
    const columns =
      'Value, MetricUnit, MetricDescription, IsMonotonic, AggregationTemporality, length(Exemplars.Value) > 0 AS exemplars';
    expect(await metric('otel_metrics_sum', columns)).toEqual([
      {
        MetricName: 'sdk.counter',
        Value: 7,
        MetricUnit: '{step}',
        MetricDescription: 'steps',
        IsMonotonic: true,
        AggregationTemporality: 2,
        exemplars,
      },
      {
        MetricName: 'sdk.updown',
        Value: -1.5,
        MetricUnit: '',
        MetricDescription: '',
        IsMonotonic: false,
        AggregationTemporality: 2,
        exemplars,
      },
    ]);
    expect(await metric('otel_metrics_gauge', 'Value, Attributes')).toEqual([
      { MetricName: 'ml.training.loss', Value: 0.125, Attributes: { batch: '7', epoch: '1' } },
    ]);
    if (exemplars > 0) {
      const [seen] = await store.query<Record<string, unknown>>(
        `SELECT Exemplars.SpanId[1] = (SELECT SpanId FROM otel.otel_traces WHERE ServiceName = '${service}' AND SpanName = 'step') AS same
         FROM otel.otel_metrics_sum WHERE ServiceName = '${service}' AND MetricName = 'sdk.counter'`,
      );
      expect(seen).toEqual({ same: 1 });
    }
  });

  test('histograms of both kinds', async () => {
    const common = { Count: 3, Sum: 55.5, Min: 0.5, Max: 50 };
    expect(
      await metric('otel_metrics_histogram', 'Count, Sum, Min, Max, BucketCounts, ExplicitBounds'),
    ).toEqual([{ MetricName: 'sdk.histogram', ...common, BucketCounts: [1, 1, 1], ExplicitBounds: [1, 10] }]);
    const [exponential] = await metric(
      'otel_metrics_exponential_histogram',
      'Count, Sum, Min, Max, Scale, ZeroCount, PositiveOffset, PositiveBucketCounts',
    );
    const { Scale, PositiveOffset, PositiveBucketCounts, ...rest } = exponential as Record<string, number> & {
      PositiveBucketCounts: number[];
    };
    expect(rest).toEqual({ MetricName: 'sdk.exponential', ...common, ZeroCount: 0 } as never);
    const bounds = PositiveBucketCounts.flatMap((count, index) =>
      count === 0 ? [] : [2 ** ((PositiveOffset! + index + 1) / 2 ** Scale!)],
    );
    expect(bounds).toHaveLength(3);
    for (const [index, value] of [0.5, 5, 50].entries()) {
      // A bucket's upper bound is its own, and it is 2^(2^-scale) times as wide.
      expect(bounds[index]!).toBeGreaterThanOrEqual(value * (1 - 1e-9));
      expect(bounds[index]! / 2 ** (1 / 2 ** Scale!)).toBeLessThan(value * (1 + 1e-9));
    }
  });
});

test('steps of all three SDKs are points of the run’s curve', async () => {
  const points = await store.query(
    `SELECT EpochWhole, Batch, Value, count() AS n FROM otel.training_points FINAL WHERE RunId = 'sdk-run' GROUP BY ALL`,
  );
  expect(points).toEqual([{ EpochWhole: 1, Batch: 7, Value: 0.125, n: SENDERS.length }]);
});

describe.each(PROTOCOLS)('telemetrygen over %s', (protocol) => {
  const COUNT = 200;
  const service = `telemetrygen-${protocol}`;
  const send = async (...kind: string[]) =>
    runSender([
      await ensureGoProgram(TELEMETRYGEN, 'v0.161.0'),
      ...kind,
      ...[
        '--otlp-insecure',
        '--otlp-endpoint',
        new URL(endpoints[protocol]).host,
        '--workers',
        '2',
        '--rate',
        '0',
      ],
      ...['--service', service, '--telemetry-attributes', 'colour="blue"'],
      ...(protocol === 'http' ? ['--otlp-http'] : []),
    ]);
  const count = async (table: string, attributes: string) => {
    const [row] = await store.query<{ n: number }>(
      `SELECT count() AS n FROM otel.${table} WHERE ServiceName = '${service}' AND ${attributes}['colour'] = 'blue'`,
    );
    return row!.n;
  };

  test('every trace, whole', async () => {
    await send('traces', '--traces', String(COUNT), '--child-spans', '3');
    expect(await count('otel_traces', 'SpanAttributes')).toBe(2 * COUNT * 4);
    const [row] = await store.query<{ n: number }>(
      `SELECT uniqExact(TraceId) AS n FROM otel.otel_traces WHERE ServiceName = '${service}'`,
    );
    expect(row!.n).toBe(2 * COUNT);
  });

  test('every log record', async () => {
    await send('logs', '--logs', String(COUNT));
    expect(await count('otel_logs', 'LogAttributes')).toBe(2 * COUNT);
  });

  test.each([
    ['Gauge', 'otel_metrics_gauge'],
    ['Sum', 'otel_metrics_sum'],
    ['Histogram', 'otel_metrics_histogram'],
    ['ExponentialHistogram', 'otel_metrics_exponential_histogram'],
  ])('every point of a %s', async (kind, table) => {
    await send('metrics', '--metrics', String(COUNT), '--metric-type', kind);
    expect(await count(table, 'Attributes')).toBe(2 * COUNT);
  });
});
