import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { decodeRequest } from '../testing/decode-request.ts';
import { spanJson } from '../testing/requests.ts';
import { InvalidJson } from './invalid-json.ts';
import { requestTypes } from './otlp-types.ts';
import { createTranscoder } from './transcode.ts';

const transcode = createTranscoder();
const bytesOf = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

/** The one value that an attribute becomes. */
function attribute(value: unknown): unknown {
  const json = { resourceLogs: [{ resource: { attributes: [{ key: 'k', value }] } }] };
  const decoded = decodeRequest('logs', transcode('logs', bytesOf(json))) as never as {
    resourceLogs: [{ resource: { attributes: [{ value: unknown }] } }];
  };
  return decoded.resourceLogs[0].resource.attributes[0].value;
}

function point(value: object): Record<string, unknown> {
  const json = {
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ histogram: { dataPoints: [value] } }] }] }],
  };
  const decoded = decodeRequest('metrics', transcode('metrics', bytesOf(json))) as never as {
    resourceMetrics: [
      { scopeMetrics: [{ metrics: [{ histogram: { dataPoints: [Record<string, unknown>] } }] }] },
    ];
  };
  return decoded.resourceMetrics[0].scopeMetrics[0].metrics[0].histogram.dataPoints[0];
}

describe('OTLP/JSON to protobuf', () => {
  test('ids are hexadecimal, integers exact, enums numbers', () => {
    const decoded = decodeRequest('traces', transcode('traces', bytesOf(spanJson('a')))) as never as {
      resourceSpans: [{ scopeSpans: [{ spans: [object] }] }];
    };
    expect(decoded.resourceSpans[0].scopeSpans[0].spans[0]).toEqual({
      traceId: Buffer.from('5b8efff798038103d269b633813fc60c', 'hex'),
      spanId: Buffer.from('eee19b7ec3c1b174', 'hex'),
      name: 'a',
      kind: 2,
      startTimeUnixNano: '1544712660000000001',
      endTimeUnixNano: '1544712661000000000',
      attributes: [{ key: 'batch', value: { intValue: '7' } }],
    });
  });

  test('attribute values keep their type, and that they are there', () => {
    const values = [
      { stringValue: '' },
      { boolValue: false },
      { intValue: '-9223372036854775808' },
      { intValue: '9223372036854775807' },
      { doubleValue: 0 },
      { doubleValue: Number.MIN_VALUE },
      { arrayValue: { values: [{ stringValue: 'a' }, { arrayValue: { values: [{ intValue: '1' }] } }] } },
      { kvlistValue: { values: [{ key: 'n', value: { boolValue: true } }] } },
    ];
    for (const value of values) expect(attribute(value)).toEqual(value);
    expect(attribute({ intValue: 7 })).toEqual({ intValue: '7' });
    expect(attribute({ doubleValue: 'NaN' })).toEqual({ doubleValue: Number.NaN });
    expect(attribute({ doubleValue: '-Infinity' })).toEqual({ doubleValue: Number.NEGATIVE_INFINITY });
    expect(attribute({ bytesValue: 'AQL/' })).toEqual({ bytesValue: Buffer.from([1, 2, 255]) });
    expect(attribute({ stringValue: null })).toEqual({});
  });

  test('repeated numbers are packed; absent sums stay absent', () => {
    const value = { count: '3', bucketCounts: ['1', '2'], explicitBounds: [0.5], min: 0, flags: 1 };
    expect(point(value)).toEqual(value);
    expect(point({ bucketCounts: [], scale: 3 })).toEqual({});
  });

  test('unknown keys are ignored, also those that every object has', () => {
    const json =
      '{"resourceSpans":[],"constructor":{"a":1},"__proto__":3,"toString":[],"partial":{"deep":[{}]}}';
    expect(transcode('traces', bytesOf(json))).toHaveLength(0);
  });

  const wrong: Record<string, unknown> = {
    'an id of base64': {
      resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'W47/95gDgQPSabYzgT/GDA==' }] }] }],
    },
    'an id too short': { resourceSpans: [{ scopeSpans: [{ spans: [{ spanId: 'ee' }] }] }] },
    'a time before 1970': { resourceSpans: [{ scopeSpans: [{ spans: [{ startTimeUnixNano: '-1' }] }] }] },
    'a time beyond 64 bits': {
      resourceSpans: [{ scopeSpans: [{ spans: [{ startTimeUnixNano: '18446744073709551616' }] }] }],
    },
    'a name that is a number': { resourceSpans: [{ scopeSpans: [{ spans: [{ name: 7 }] }] }] },
    'two values': {
      resourceSpans: [{ resource: { attributes: [{ value: { intValue: 1, stringValue: '1' } }] } }],
    },
    'half an integer': { resourceSpans: [{ resource: { droppedAttributesCount: 1.5 } }] },
    'an object for an array': { resourceSpans: {} },
    'null in an array': { resourceSpans: [null] },
  };
  for (const [name, value] of Object.entries(wrong)) {
    test(`${name} is refused`, () => {
      expect(() => transcode('traces', bytesOf(value))).toThrow(InvalidJson);
    });
  }

  test('nesting beyond what protobuf parsers follow is refused', () => {
    let value: object = { stringValue: 'deep' };
    for (let depth = 0; depth < 200; depth++) value = { arrayValue: { values: [value] } };
    expect(() => attribute(value)).toThrow(InvalidJson);
  });

  test('whatever JSON: bytes that decode, or InvalidJson', () => {
    const keys = Object.values(requestTypes()).flatMap((type) =>
      Object.values(type.root.nested ?? {}).length > 0 ? Object.keys(type.fields) : [],
    );
    const key = fc.oneof(
      fc.constantFrom(...keys, 'scopeSpans', 'spans', 'attributes', 'value', 'intValue', 'traceId', 'kind'),
      fc.string(),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 8 },
        fc.oneof(fc.integer(), fc.double(), fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null)),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.constantFrom('traces', 'metrics', 'logs'), tree, (signal, value) => {
        try {
          decodeRequest(signal, transcode(signal, bytesOf(value ?? null)));
        } catch (error) {
          if (!(error instanceof InvalidJson)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
