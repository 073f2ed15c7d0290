/** A body that went beyond its bound. */
export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
  constructor(maxBytes: number) {
    super(`a body of this kind has at most ${maxBytes} bytes after decompression: send several`);
  }
}

/** A body that could not be read to its end: cut off, or not in the coding that it claims. */
export class BrokenBody extends Error {
  override name = 'BrokenBody';
}

/**
 * A body's bytes, decompressed where they are gzip, and never more than `maxBytes` of them: counted behind the
 * decompression, piece by piece, so that a small body which unpacks into a huge one is stopped on the way.
 *
 * @throws BodyTooLarge, BrokenBody
 */
export async function* bodyStream(
  request: Request,
  { gzip, maxBytes }: { readonly gzip: boolean; readonly maxBytes: number },
): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  const stream: ReadableStream<Uint8Array> = gzip
    ? request.body.pipeThrough(
        new DecompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>,
      )
    : request.body;
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new BodyTooLarge(maxBytes);
      yield chunk;
    }
  } catch (cause) {
    throw cause instanceof BodyTooLarge ? cause : new BrokenBody('a stream failed', { cause });
  }
}

/** The whole of a bounded stream as text. @throws what the stream throws */
export async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
