/** A line of a stream, or the fact that one was longer than allowed and was skipped to its end. */
export type Line = { readonly text: string } | { readonly tooLong: true };

const NEWLINE = 0x0a;

/**
 * The lines of a byte stream, without their ends, holding at most `maxBytes` at a time; the last needs no newline.
 * Empty lines are given too, so that a caller's line numbers are the sender's.
 *
 * @throws what the stream throws
 */
export async function* splitLines(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let skipping = false;

  const take = (last: Uint8Array): Line => {
    const line: Line = skipping ? { tooLong: true } : { text: decoder.decode(join(held, heldBytes, last)) };
    held = [];
    heldBytes = 0;
    skipping = false;
    return line;
  };

  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      if (heldBytes + end - start > maxBytes) skipping = true;
      yield take(chunk.subarray(start, end));
      start = end + 1;
    }
    const rest = chunk.length - start;
    if (heldBytes + rest > maxBytes) skipping = true;
    if (skipping) held = [];
    else if (rest > 0) held.push(chunk.slice(start));
    heldBytes += rest;
  }
  if (heldBytes > 0) yield take(new Uint8Array());
}

function join(held: readonly Uint8Array[], heldBytes: number, last: Uint8Array): Uint8Array {
  if (held.length === 0) return last;
  const whole = new Uint8Array(heldBytes + last.length);
  let at = 0;
  for (const part of [...held, last]) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
