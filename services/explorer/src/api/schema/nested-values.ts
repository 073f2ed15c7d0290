import protobuf, { type Reader } from 'protobufjs/minimal.js';

/** The store keeps what is nested too deep as the bytes that it came as (docs/decisions/0010-nested-attribute-values.md). */
const MARKED = /\{"otlp\.(array|kvlist)_value":"([A-Za-z0-9+/]+={0,2})"\}/g;

/** As deep as a sender may nest at all: protobuf's own limit. */
const MAX_DEPTH = 100;

/** A stored value with all that is marked in it as JSON. What is no such bytes stays as it is. */
export function decodeNested(value: string): string {
  if (!value.includes('{"otlp.')) return value;
  return value.replace(MARKED, (marked, kind: 'array' | 'kvlist', base64: string) => {
    try {
      const reader = protobuf.Reader.create(Buffer.from(base64, 'base64'));
      return kind === 'array' ? arrayJson(reader, reader.len, 0) : mapJson(reader, reader.len, 0);
    } catch {
      return marked;
    }
  });
}

/** `ArrayValue { repeated AnyValue values = 1; }` */
function arrayJson(reader: Reader, end: number, depth: number): string {
  const values: string[] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) values.push(valueJson(reader, reader.uint32() + reader.pos, depth + 1));
    else reader.skipType(tag & 7);
  }
  return `[${values.join(',')}]`;
}

/** `KeyValueList { repeated KeyValue values = 1; }`; by key, as the store writes the levels above. */
function mapJson(reader: Reader, end: number, depth: number): string {
  const entries: [key: string, json: string][] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) entries.push(entryJson(reader, reader.uint32() + reader.pos, depth + 1));
    else reader.skipType(tag & 7);
  }
  entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return `{${entries.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}

/** `KeyValue { string key = 1; AnyValue value = 2; }` */
function entryJson(reader: Reader, end: number, depth: number): [key: string, json: string] {
  let key = '';
  let json = 'null';
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) key = reader.string();
    else if (tag >>> 3 === 2) json = valueJson(reader, reader.uint32() + reader.pos, depth);
    else reader.skipType(tag & 7);
  }
  return [key, json];
}

/** `AnyValue`: of its `oneof` the last one holds. Whole numbers keep all their digits. */
function valueJson(reader: Reader, end: number, depth: number): string {
  if (depth > MAX_DEPTH || end > reader.len) throw new RangeError('nested too deep, or beyond its end');
  let json = 'null';
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag >>> 3) {
      case 1:
        json = JSON.stringify(reader.string());
        break;
      case 2:
        json = String(reader.bool());
        break;
      case 3:
        json = String(reader.int64());
        break;
      case 4:
        json = numberJson(reader.double());
        break;
      case 5:
        json = arrayJson(reader, reader.uint32() + reader.pos, depth);
        break;
      case 6:
        json = mapJson(reader, reader.uint32() + reader.pos, depth);
        break;
      case 7:
        json = JSON.stringify(Buffer.from(reader.bytes()).toString('base64'));
        break;
      default:
        reader.skipType(tag & 7);
    }
  }
  return json;
}

function numberJson(value: number): string {
  return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
}
