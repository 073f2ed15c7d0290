import { requestTypes } from '../json/otlp-types.ts';

const TYPES = requestTypes();

/** OTLP/JSON of a request with one span of this name. */
export function spanJson(name: string): object {
  const span = {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    name,
    kind: 2,
    startTimeUnixNano: '1544712660000000001',
    endTimeUnixNano: '1544712661000000000',
    attributes: [{ key: 'batch', value: { intValue: '7' } }],
  };
  return { resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: 'test' }, spans: [span] }] }] };
}

/** The same as protobuf; `padding` makes it larger. */
export function spanRequest(name: string, padding = 0): Buffer {
  const attributes = padding === 0 ? [] : [{ key: 'pad', value: { stringValue: 'x'.repeat(padding) } }];
  const type = TYPES.traces;
  const message = { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [{ name }] }] }] };
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}
