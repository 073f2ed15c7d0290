const HEAD_END = Buffer.from('\r\n\r\n');

/** An HTTP/1.1 answer with a declared length. */
export interface Answer {
  readonly status: number;
  /** Bytes of head and body. */
  readonly length: number;
  /** What Retry-After says; 1,000 where it says nothing. */
  readonly retryAfterMillis: number;
}

/** The answer that the bytes begin with; undefined until all of it has come. @throws Error where it says no length */
export function readAnswer(bytes: Buffer): Answer | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = bytes.toString('latin1', 0, headEnd);
  const declared = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (declared === undefined) throw new Error(`an answer without a length:\n${head}`);
  const length = headEnd + HEAD_END.length + Number(declared);
  if (bytes.length < length) return undefined;
  const retryAfter = /\r\nretry-after: *(\d+)/i.exec(head)?.[1] ?? '1';
  return { status: Number(head.slice(9, 12)), length, retryAfterMillis: Number(retryAfter) * 1_000 };
}
