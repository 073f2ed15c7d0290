import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { checkRequest } from './check-request.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

/** An independent reader: every field of a message, in order, as protobufjs reads it. */
function fieldsOf(message: Uint8Array): string[] {
  const reader = protobuf.Reader.create(message);
  const fields: string[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    reader.skipType(tag & 7);
    fields.push(Buffer.from(message.subarray(start, reader.pos)).toString('hex'));
  }
  return fields;
}

describe('checkRequest', () => {
  test('takes what is whole: nothing at all, messages, fields that OTLP does not know', () => {
    expect(checkRequest(bytes())).toBeUndefined();
    expect(checkRequest(bytes(0x0a, 0x02, 0xff, 0xff))).toBeUndefined();
    expect(checkRequest(bytes(0x78, 0x96, 0x01, 0x0a, 0x00))).toBeUndefined();
    expect(checkRequest(bytes(0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7d, 1, 2, 3, 4))).toBeUndefined();
  });

  test('refuses the field that would swallow the next request', () => {
    for (let length = 1; length < 128; length++)
      expect(checkRequest(bytes(0x0a, 0x00, 0x7a, length))).toContain('does not end within');
  });

  test('refuses every truncation of a request of one message', () => {
    const request = bytes(0x0a, 0x05, 0x0a, 0x03, 1, 2, 3);
    for (let end = 1; end < request.length; end++)
      expect(checkRequest(request.subarray(0, end))).toBeDefined();
  });

  test.each([
    ['an unfinished tag', [0x8a]],
    ['an unfinished length', [0x0a, 0x80]],
    ['a length of six bytes', [0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]],
    ['a length beyond 2^32', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['an unfinished varint', [0x78, 0x80]],
    ['a varint of eleven bytes', [0x78, ...Array(10).fill(0x80), 0x00]],
    ['the start of a group', [0x7b]],
    ['the end of a group', [0x7c]],
    ['wire type 6', [0x7e]],
    ['field number 0', [0x02, 0x00]],
    ['a tag of more than 32 bits', [0xfa, 0xff, 0xff, 0xff, 0x7f, 0x00]],
    ['the request itself as a number', [0x08, 0x01]],
  ])('refuses %s', (_, values) => {
    expect(checkRequest(Uint8Array.from(values))).toBeDefined();
  });

  test('whatever passes leaves the fields of its neighbours as they are', () => {
    const varint = fc.oneof(
      fc.nat(127).map((n) => [n]),
      fc.array(fc.integer({ min: 0x80, max: 0xff }), { maxLength: 10 }).map((head) => [...head, 1]),
    );
    const piece = fc.oneof(
      fc.array(fc.nat(255), { maxLength: 12 }),
      varint,
      fc.tuple(fc.constantFrom(0x0a, 0x12, 0x7a, 0x78, 0x79, 0x7d, 0x7b, 0x7c, 0x08), fc.nat(20)),
      fc.array(fc.nat(255), { maxLength: 20 }).map((body) => [0x0a, body.length, ...body]),
    );
    const message = fc.array(piece, { maxLength: 6 }).map((pieces) => Uint8Array.from(pieces.flat()));
    let accepted = 0;
    fc.assert(
      fc.property(message, (candidate) => {
        if (checkRequest(candidate) !== undefined) return;
        accepted++;
        const neighbour = bytes(0x0a, 0x03, 0x0a, 0x01, 0x55, 0x0a, 0x00);
        const own = fieldsOf(candidate);
        expect(fieldsOf(Buffer.concat([candidate, neighbour]))).toEqual([...own, ...fieldsOf(neighbour)]);
        expect(fieldsOf(Buffer.concat([neighbour, candidate]))).toEqual([...fieldsOf(neighbour), ...own]);
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(1_000);
  });

  test('reads a large request at the price of its fields', () => {
    const request = Buffer.alloc(64 << 20);
    request.set([0x0a, 0xfb, 0xff, 0xff, 0x1f]);
    expect(checkRequest(request)).toBeUndefined();
    const start = performance.now();
    for (let run = 0; run < 1_000; run++) checkRequest(request);
    // To read all bytes each time would take ten times as long on any machine.
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
