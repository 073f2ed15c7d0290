import type { Writer } from 'protobufjs';
import { InvalidJson } from './invalid-json.ts';

/** Writes one value without its tag. @throws InvalidJson where the value is not of the type */
export type WriteScalar = (writer: Writer, value: unknown) => void;

/** How OTLP/JSON spells each protobuf type (the proto3 JSON mapping, but for ids: see `writeId`). */
export const SCALARS: Readonly<Record<string, WriteScalar>> = {
  string: (writer, value) => {
    if (typeof value !== 'string') throw new InvalidJson('expected a string');
    // Halves of surrogate pairs, which are no UTF-8, become U+FFFD.
    writer.bytes(Buffer.from(value, 'utf8'));
  },
  bool: (writer, value) => {
    if (typeof value !== 'boolean') throw new InvalidJson('expected true or false');
    writer.bool(value);
  },
  double: (writer, value) => writer.double(double(value)),
  bytes: (writer, value) => {
    if (typeof value !== 'string' || !/^[\w+/-]*={0,2}$/.test(value))
      throw new InvalidJson('expected base64');
    writer.bytes(Buffer.from(value, 'base64'));
  },
  uint32: (writer, value) => writer.uint32(Number(integer(value, 0n, 2n ** 32n))),
  sint32: (writer, value) => writer.sint32(Number(integer(value, -(2n ** 31n), 2n ** 31n))),
  fixed32: (writer, value) => writer.fixed32(Number(integer(value, 0n, 2n ** 32n))),
  int64: (writer, value) => writer.int64(halves(integer(value, -(2n ** 63n), 2n ** 63n))),
  uint64: (writer, value) => writer.uint64(halves(integer(value, 0n, 2n ** 64n))),
  fixed64: (writer, value) => writer.fixed64(halves(integer(value, 0n, 2n ** 64n))),
  sfixed64: (writer, value) => writer.sfixed64(halves(integer(value, -(2n ** 63n), 2n ** 63n))),
};

/** Trace and span ids are hexadecimal in OTLP/JSON, of their full length or empty. */
export function writeId(byteLength: number): WriteScalar {
  return (writer, value) => {
    const isId = typeof value === 'string' && /^[\da-f]*$/i.test(value);
    if (!isId || (value.length !== 0 && value.length !== 2 * byteLength)) {
      throw new InvalidJson(`expected ${2 * byteLength} hexadecimal digits`);
    }
    writer.bytes(Buffer.from(value, 'hex'));
  };
}

/** Numbers as OTLP demands; names too, since others take them. Numbers without a name stay as they are. */
export function writeEnum(values: Readonly<Record<string, number>>): WriteScalar {
  const numbers = new Map(Object.entries(values));
  return (writer, value) => {
    const named = typeof value === 'string' ? numbers.get(value) : undefined;
    writer.int32(named ?? Number(integer(value, -(2n ** 31n), 2n ** 31n)));
  };
}

function double(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) return Number(value);
  throw new InvalidJson('expected a number, "NaN", "Infinity" or "-Infinity"');
}

/** 64-bit integers come as strings; those that come as numbers beyond 2^53 were rounded by whoever wrote them. */
function integer(value: unknown, least: bigint, beyond: bigint): bigint {
  const isInteger =
    typeof value === 'number'
      ? Number.isInteger(value)
      : typeof value === 'string' && /^-?\d{1,20}$/.test(value);
  if (!isInteger) throw new InvalidJson('expected an integer');
  const number = BigInt(value as string | number);
  if (number < least || number >= beyond) throw new InvalidJson('the integer is out of range');
  return number;
}

/** As the writer takes 64 bits. */
function halves(value: bigint) {
  return {
    low: Number(BigInt.asIntN(32, value)),
    high: Number(BigInt.asIntN(32, value >> 32n)),
    unsigned: true,
  };
}
