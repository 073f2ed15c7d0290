/** google.rpc.RetryInfo: the receiver asks for a request to be sent again, after a delay. */
export interface RetryInfo {
  readonly delayMillis: number;
}

const TYPE = 'type.googleapis.com/google.rpc.RetryInfo';
const LONGEST_DELAY_MILLIS = 60_000;

/**
 * Finds a RetryInfo in a serialized google.rpc.Status (the trailer `grpc-status-details-bin`); undefined where there
 * is none. Four nested messages are read: Status.details (3), Any.value (2), RetryInfo.retry_delay (1), Duration.
 */
export function readRetryInfo(status: unknown): RetryInfo | undefined {
  if (!(status instanceof Uint8Array)) return undefined;
  try {
    for (const detail of fields(status).filter(({ number }) => number === 3)) {
      const any = fields(detail.bytes);
      const type = any.find(({ number }) => number === 1);
      if (type === undefined || new TextDecoder().decode(type.bytes) !== TYPE) continue;
      const info = any.find(({ number }) => number === 2);
      const delay = info && fields(info.bytes).find(({ number }) => number === 1);
      return { delayMillis: delay ? durationMillis(delay.bytes) : 0 };
    }
  } catch {
    // Not a Status: then nothing was asked for.
  }
  return undefined;
}

interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array;
}

function durationMillis(duration: Uint8Array): number {
  let millis = 0;
  for (const { number, value } of fields(duration)) millis += number === 1 ? value * 1_000 : value / 1e6;
  return Math.min(Math.max(millis, 0), LONGEST_DELAY_MILLIS);
}

/** The fields of a protobuf message that holds varints and length-delimited values only. */
function fields(message: Uint8Array): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('message ends in a number');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('number too long');
  };
  while (at < message.length) {
    const tag = varint();
    const value = varint();
    if ((tag & 7) === 0) {
      found.push({ number: tag >> 3, value, bytes: new Uint8Array() });
    } else if ((tag & 7) === 2 && at + value <= message.length) {
      found.push({ number: tag >> 3, value, bytes: message.subarray(at, at + value) });
      at += value;
    } else {
      throw new RangeError('unexpected field');
    }
  }
  return found;
}
