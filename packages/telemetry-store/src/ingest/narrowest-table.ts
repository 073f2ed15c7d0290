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
const GAUGE = shape({ 1: NUMBER });
const METRIC = shape({ 5: GAUGE, 7: shape({ 1: NUMBER }), 9: shape({ 1: HISTOGRAM }), 10: RARE, 11: RARE });
const GAUGE_METRIC = shape({ 5: GAUGE, 7: RARE, 9: RARE, 10: RARE, 11: RARE });
const request = (scope: Shape, item: Shape) => shape({ 1: shape({ 2: shape({ 1: scope, 2: item }) }) });
/** A span's scope is stored without attributes. */
const SPAN_SCOPE = shape({});

/** A table that takes OTLP requests. */
export interface OtlpTable {
  readonly name: string;
  /** Whether values are read as `plain-common.proto` has them: neither arrays nor maps but in resources. */
  readonly isPlain: boolean;
}

/** Of each signal those that do not take everything, the narrowest first. */
const NARROW: Readonly<Record<Signal, readonly { readonly name: string; readonly takes: Shape }[]>> = {
  traces: [{ name: 'otlp_traces_plain', takes: request(SPAN_SCOPE, SPAN) }],
  logs: [{ name: 'otlp_logs_plain', takes: request(SCOPE, LOG) }],
  metrics: [
    { name: 'otlp_gauges', takes: request(SCOPE, GAUGE_METRIC) },
    { name: 'otlp_metrics_plain', takes: request(SCOPE, METRIC) },
  ],
};

const LENGTH_DELIMITED = 2;

/**
 * The table that has a column for all that OTLP export requests, concatenated, hold, and for the least besides: an insert costs
 * the more processor time the wider the types of its table are. `otlp_…_plain` take no arrays and maps but in resources, and in
 * metrics no exemplars, exponential histograms and summaries; `otlp_gauges` take of those nothing but gauges. Bytes that are
 * not well-formed fit into none of them: the widest tables refuse them.
 */
export function narrowestTable(signal: Signal, bytes: Uint8Array): OtlpTable {
  const narrow = NARROW[signal].find(({ takes }) => new Walk(bytes).message(bytes.length, takes));
  return narrow === undefined
    ? { name: `otlp_${signal}`, isPlain: false }
    : { name: narrow.name, isPlain: true };
}

class Walk {
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
