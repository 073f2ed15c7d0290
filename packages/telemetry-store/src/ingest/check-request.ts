/** Why a request must not be put together with others; `undefined` says that it may. */
export type RequestFault = string | undefined;

const LENGTH_DELIMITED = 2;
/** The field of all three Export…ServiceRequest messages: `resource_spans`, `resource_metrics`, `resource_logs`. */
const RESOURCES = 1;

/**
 * Walks the top-level tags and lengths of one OTLP export request. Requests that pass may be concatenated in any order:
 * each ends where its last field ends, so none takes a neighbour's bytes as its own. What lies inside the fields is not
 * looked at: it cannot reach beyond their lengths.
 *
 * Costs a few steps for each field, however long.
 */
export function checkRequest(bytes: Uint8Array): RequestFault {
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const tag = readTag(bytes, at);
    if (tag === undefined) return `the tag at byte ${start} is not a valid one`;
    const wireType = tag.value & 7;
    const field = tag.value >>> 3;
    if (field === 0) return `field number 0 at byte ${start}`;
    if (field === RESOURCES && wireType !== LENGTH_DELIMITED)
      return `field 1 at byte ${start} has wire type ${wireType}, not that of a message`;
    const end = skipValue(bytes, tag.end, wireType);
    if (end === undefined)
      return `field ${field} at byte ${start} has wire type ${wireType}, which is not used`;
    if (end > bytes.length) return `field ${field} at byte ${start} does not end within the request`;
    at = end;
  }
  return undefined;
}

interface Varint {
  readonly value: number;
  readonly end: number;
}

/** Where the value ends, which may be beyond the bytes; undefined for groups and wire types that do not exist. */
function skipValue(bytes: Uint8Array, at: number, wireType: number): number | undefined {
  switch (wireType) {
    case 0:
      return endOfVarint(bytes, at);
    case 1:
      return at + 8;
    case 2: {
      const length = readLength(bytes, at);
      return length === undefined ? Number.POSITIVE_INFINITY : length.end + length.value;
    }
    case 5:
      return at + 4;
    default:
      return undefined;
  }
}

/** A tag has at most five bytes and 32 bits, of which readers differ in what they do with more. */
function readTag(bytes: Uint8Array, at: number): Varint | undefined {
  const tag = readLength(bytes, at);
  return tag !== undefined && tag.value <= 0xffff_ffff ? { value: tag.value >>> 0, end: tag.end } : undefined;
}

/** A varint of at most five bytes: enough for any length that a message may have (2 GiB). */
function readLength(bytes: Uint8Array, at: number): Varint | undefined {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return undefined;
}

/** A varint value has at most ten bytes; one that has more, or does not end, ends nowhere. */
function endOfVarint(bytes: Uint8Array, at: number): number {
  for (let index = at; index < at + 10; index++) {
    const byte = bytes[index];
    if (byte === undefined) break;
    if (byte < 0x80) return index + 1;
  }
  return Number.POSITIVE_INFINITY;
}
