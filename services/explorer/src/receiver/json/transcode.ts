import protobuf, { Enum, type Field, Type, type Writer } from 'protobufjs';
import type { Signal } from '../signal.ts';
import { InvalidJson } from './invalid-json.ts';
import { requestTypes } from './otlp-types.ts';
import { SCALARS, type WriteScalar, writeEnum, writeId } from './scalars.ts';

/** Turns the OTLP/JSON of an export request into its protobuf. @throws InvalidJson */
export type Transcode = (signal: Signal, json: Uint8Array) => Uint8Array;

interface Member {
  readonly name: string;
  readonly id: number;
  readonly repeated: boolean;
  /** Members of one name exclude each other. */
  readonly oneOf: string | undefined;
  readonly wireType: number;
  /** A nested message, else a value. */
  readonly message: (() => Message) | undefined;
  readonly write: WriteScalar;
}

type Message = ReadonlyMap<string, Member>;

/** As deep as protobuf parsers follow. */
const MAX_DEPTH = 100;
const DELIMITED = 2;
const WIRE_TYPES: Readonly<Record<string, number>> = protobuf.types.basic;

export function createTranscoder(): Transcode {
  const messages = new Map<Type, Message>();
  const types = requestTypes();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (signal, json) => {
    const value = parse(decoder, json);
    const writer = protobuf.Writer.create();
    writeMessage(writer, messageOf(types[signal], messages), value, []);
    return writer.finish();
  };
}

function parse(decoder: TextDecoder, json: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(json));
  } catch {
    throw new InvalidJson('the body is not JSON in UTF-8');
  }
}

function messageOf(type: Type, known: Map<Type, Message>): Message {
  const made = known.get(type);
  if (made) return made;
  const message = new Map(type.fieldsArray.map((field) => [field.name, memberOf(field, known)]));
  known.set(type, message);
  return message;
}

function memberOf(field: Field, known: Map<Type, Message>): Member {
  const { name, id, repeated, resolvedType: type } = field;
  const oneOf = field.partOf && !field.options?.proto3_optional ? field.partOf.name : undefined;
  const nested = type instanceof Type ? () => messageOf(type, known) : undefined;
  const wireType = nested ? DELIMITED : WIRE_TYPES[type instanceof Enum ? 'int32' : field.type]!;
  return { name, id, repeated, oneOf, wireType, message: nested, write: scalarOf(field) };
}

function scalarOf({ name, type, resolvedType }: Field): WriteScalar {
  if (resolvedType instanceof Enum) return writeEnum(resolvedType.values);
  if (type === 'bytes' && name === 'traceId') return writeId(16);
  if (type === 'bytes' && /spanId$/i.test(name)) return writeId(8);
  return SCALARS[type]!;
}

/** Unknown keys are ignored and null is absence (OTLP specification, JSON Protobuf Encoding). */
function writeMessage(writer: Writer, message: Message, value: unknown, path: string[]): void {
  if (!isObject(value)) throw at(path, 'expected an object');
  if (path.length > MAX_DEPTH) throw at([], 'the body is nested too deeply');
  const chosen = new Set<string>();
  for (const [key, content] of Object.entries(value)) {
    const member = message.get(key);
    if (member === undefined || content === null) continue;
    path.push(key);
    if (member.oneOf !== undefined) {
      if (chosen.has(member.oneOf)) throw at(path, 'there is another value beside');
      chosen.add(member.oneOf);
    }
    writeMember(writer, member, content, path);
    path.pop();
  }
}

function writeMember(writer: Writer, member: Member, content: unknown, path: string[]): void {
  if (!member.repeated) {
    writeOne(writer, member, content, path);
    return;
  }
  if (!Array.isArray(content)) throw at(path, 'expected an array');
  if (content.length === 0) return;
  if (member.wireType === DELIMITED) {
    for (const element of content) writeOne(writer, member, element, path);
    return;
  }
  writer.uint32((member.id << 3) | DELIMITED).fork();
  for (const element of content) writeValue(writer, member, element, path);
  writer.ldelim();
}

function writeOne(writer: Writer, member: Member, content: unknown, path: string[]): void {
  writer.uint32((member.id << 3) | member.wireType);
  if (member.message === undefined) {
    writeValue(writer, member, content, path);
  } else {
    writer.fork();
    writeMessage(writer, member.message(), content, path);
    writer.ldelim();
  }
}

function writeValue(writer: Writer, { write }: Member, content: unknown, path: string[]): void {
  try {
    write(writer, content);
  } catch (error) {
    throw error instanceof InvalidJson ? at(path, error.message) : error;
  }
}

function at(path: readonly string[], message: string): InvalidJson {
  return new InvalidJson(path.length === 0 ? message : `${path.join('.')}: ${message}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
