import protobuf from 'protobufjs';
import LOGS from '../otlp/logs.proto' with { type: 'text' };
import METRICS from '../otlp/metrics.proto' with { type: 'text' };
import TRACES from '../otlp/traces.proto' with { type: 'text' };
import type { Signal } from '../signal.ts';
import ANY_VALUE from './any-value.proto' with { type: 'text' };

const TYPES: Record<Signal, protobuf.Type> = {
  logs: requestType(LOGS),
  metrics: requestType(METRICS),
  traces: requestType(TRACES),
};

function requestType(source: string): protobuf.Type {
  return protobuf.parse(ANY_VALUE + source.replace('AnyValue3', 'AnyValue')).root.lookupType('Request');
}

/** An OTLP export request, out of an object with protobufjs' names for the fields. */
export function encodeRequest(signal: Signal, request: object): Uint8Array {
  const type = TYPES[signal];
  return type.encode(type.fromObject(request)).finish();
}

export type Json =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | Uint8Array
  | Json[]
  | { [key: string]: Json };

/** A value as OTLP has it: whole numbers are ints (bigint always), others doubles; null is a double of NaN. */
export function anyValue(value: Json): object {
  if (value === undefined) return {};
  if (value === null) return { doubleValue: Number.NaN };
  if (value instanceof Uint8Array) return { bytesValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'bigint':
      return { intValue: value.toString() };
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? { intValue: value }
        : { doubleValue: value };
    default:
      return { kvlistValue: { values: attributes(value) } };
  }
}

export function attributes(values: { [key: string]: Json }): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
}
