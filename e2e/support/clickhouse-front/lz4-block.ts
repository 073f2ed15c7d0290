/** Unpacks one LZ4 block of a known size: literals and copies of what came before, in turn. */
export function lz4Block(source: Uint8Array, size: number): Uint8Array {
  const target = new Uint8Array(size);
  let from = 0;
  let to = 0;
  const longer = (length: number) => {
    let sum = length;
    if (length === 15) {
      let byte: number;
      do {
        byte = source[from++]!;
        sum += byte;
      } while (byte === 255);
    }
    return sum;
  };
  while (from < source.length) {
    const token = source[from++]!;
    const literals = longer(token >> 4);
    target.set(source.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from >= source.length) break;
    const distance = source[from]! | (source[from + 1]! << 8);
    from += 2;
    // Byte by byte: a copy may overlap what it writes.
    for (let left = longer(token & 15) + 4; left > 0; left--, to++) target[to] = target[to - distance]!;
  }
  if (to !== size) throw new Error('Code: 271. DB::Exception: an LZ4 block has another size than it says');
  return target;
}
