import { readFileSync } from 'node:fs';
import protobuf, { type Type } from 'protobufjs';
import { ALL_SIGNALS, SIGNALS, type Signal } from '../signal.ts';

const FILES = ['common.proto', 'trace.proto', 'metrics.proto', 'logs.proto'];

/** The request message of each signal, read from the .proto files beside; fields are named as in OTLP/JSON. */
export function requestTypes(): Readonly<Record<Signal, Type>> {
  const root = new protobuf.Root();
  for (const file of FILES) {
    protobuf.parse(readFileSync(new URL(`../proto/${file}`, import.meta.url), 'utf8'), root, {
      keepCase: false,
    });
  }
  root.resolveAll();
  return Object.fromEntries(
    ALL_SIGNALS.map((signal) => [signal, root.lookupType(SIGNALS[signal].requestType)]),
  ) as unknown as Record<Signal, Type>;
}
