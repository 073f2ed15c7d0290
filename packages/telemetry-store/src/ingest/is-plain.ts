import type { Signal } from './signal.ts';

/** What must not occur, and which fields are messages in which it may; all other fields are skipped. By field number. */
type Shape = readonly (Shape | typeof RARE | undefined)[];
const RARE = 'rare';

function shape(fields: Readonly<Record<number, Shape | typeof RARE>>): Shape {
  const byNumber: (Shape | typeof RARE | undefined)[] = [];
  for (const [number, field] of Object.entries(fields)) byNumber[Number(number)] = field;
  return byNumber;
}

// Field numbers of opentelemetry-proto 1.x; nothing is looked for in resources.
const VALUE = shape({ 5: RARE, 6: RARE });
const ATTRIBUTE = shape({ 2: VALUE });
const SCOPE = shape({ 3: ATTRIBUTE });
const EVENT = shape({ 3: ATTRIBUTE });
const LINK = shape({ 4: ATTRIBUTE });
const SPAN = shape({ 9: ATTRIBUTE, 11: EVENT, 13: LINK });
const LOG = shape({ 5: VALUE, 6: ATTRIBUTE });
const NUMBER = shape({ 5: RARE, 7: ATTRIBUTE });
const HISTOGRAM = shape({ 8: RARE, 9: ATTRIBUTE });
const METRIC = shape({
  5: shape({ 1: NUMBER }),
  7: shape({ 1: NUMBER }),
  9: shape({ 1: HISTOGRAM }),
  10: RARE,
  11: RARE,
});
const request = (scope: Shape, item: Shape) => shape({ 1: shape({ 2: shape({ 1: scope, 2: item }) }) });
/** A span's scope is stored without attributes. */
const SPAN_SCOPE = shape({});

const REQUESTS: Readonly<Record<Signal, Shape>> = {
  traces: request(SPAN_SCOPE, SPAN),
  logs: request(SCOPE, LOG),
  metrics: request(SCOPE, METRIC),
};

const LENGTH_DELIMITED = 2;

/**
 * Whether OTLP export requests, concatenated, hold nothing that the narrow tables (`otlp_…_plain`) have no column for: no
 * arrays and maps but in resources, and in metrics no exemplars, exponential histograms and summaries. Bytes that are not
 * well-formed are not plain: the wide tables refuse them.
 */
export function isPlain(signal: Signal, bytes: Uint8Array): boolean {
  return new PlainWalk(bytes).message(bytes.length, REQUESTS[signal]);
}

class PlainWalk {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** From where it stands to the end of the message. */
  message(end: number, fields: Shape): boolean {
    while (this.#at < end) {
      const tag = this.#varint();
      const field = fields[tag >>> 3];
      if (field === RARE) return false;
      if ((tag & 7) === LENGTH_DELIMITED) {
        const length = this.#varint();
        const valueEnd = this.#at + length;
        if (!(valueEnd <= end)) return false;
        if (field === undefined) this.#at = valueEnd;
        else if (!this.message(valueEnd, field)) return false;
      } else if (field !== undefined || !this.#skip(tag)) return false;
    }
    return this.#at === end;
  }

  /** Of a tag or a length: at most five bytes; NaN where there are more, which is no length that fits. */
  #varint(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at++]!;
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let scale = 0x80; scale <= 0x1000_0000; scale *= 0x80) {
      byte = bytes[this.#at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  }

  #skip(tag: number): boolean {
    const wireType = tag & 7;
    if (wireType === 1) this.#at += 8;
    else if (wireType === 5) this.#at += 4;
    else if (wireType === 0) {
      let length = 1;
      while (this.#bytes[this.#at++]! >= 0x80) if (++length > 10) return false;
    } else return false;
    return Number.isFinite(tag);
  }
}
