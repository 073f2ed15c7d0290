/** What clickhouse-go asks first. It reads the answer as a block of the native protocol, not of the Native format. */
export const GO_HELLO = /^\s*SELECT displayName\(\), version\(\), revision\(\), timezone\(\)\s*$/;

/** One row of that block. Revision 0 makes the client use the plain Native format from then on. */
export function goHello(version: string): Uint8Array {
  // Block info (not overflown, bucket -1), then 4 columns, 1 row.
  const out: number[] = [1, 0, 2, 255, 255, 255, 255, 0, 4, 1];
  const text = (value: string) => {
    const bytes = Buffer.from(value);
    out.push(bytes.length, ...bytes);
  };
  const column = (name: string, type: string, write: () => void) => {
    text(name);
    text(type);
    // No custom serialization.
    out.push(0);
    write();
  };
  column('displayName()', 'String', () => text('front'));
  column('version()', 'String', () => text(version));
  column('revision()', 'UInt32', () => out.push(0, 0, 0, 0));
  column('timezone()', 'String', () => text('UTC'));
  return new Uint8Array(out);
}
