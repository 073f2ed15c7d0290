/**
 * CityHash128 1.0.2, the checksum of ClickHouse's compressed blocks (contrib/cityhash102). In BigInt, so slow: for
 * the short answers of tests.
 */
const MASK = (1n << 64n) - 1n;
const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;
const K3 = 0xc949d7c7509e6557n;
const MUL = 0x9ddfea08eb382d69n;

type Pair = readonly [bigint, bigint];

/** The low and the high half. */
export function cityHash128(bytes: Uint8Array): Pair {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  if (length >= 16) return withSeed(view, 16, length - 16, fetch64(view, 0) ^ K3, fetch64(view, 8));
  if (length >= 8) {
    const low = fetch64(view, 0) ^ times(BigInt(length), K0);
    return withSeed(view, length, 0, low, fetch64(view, length - 8) ^ K1);
  }
  return withSeed(view, 0, length, K0, K1);
}

function withSeed(view: DataView, offset: number, length: number, low: bigint, high: bigint): Pair {
  return length < 128 ? murmur(view, offset, length, low, high) : long(view, offset, length, low, high);
}

function murmur(view: DataView, offset: number, length: number, low: bigint, high: bigint): Pair {
  let a = low;
  let b = high;
  let c: bigint;
  let d: bigint;
  if (length <= 16) {
    a = times(shiftMix(times(a, K1)), K1);
    c = plus(times(b, K1), hash0to16(view, offset, length));
    d = shiftMix(plus(a, length >= 8 ? fetch64(view, offset) : c));
  } else {
    c = hash16(plus(fetch64(view, offset + length - 8), K1), a);
    d = hash16(plus(b, BigInt(length)), plus(c, fetch64(view, offset + length - 16)));
    a = plus(a, d);
    let at = offset;
    for (let left = length - 16; left > 0; left -= 16, at += 16) {
      a = times(a ^ times(shiftMix(times(fetch64(view, at), K1)), K1), K1);
      b ^= a;
      c = times(c ^ times(shiftMix(times(fetch64(view, at + 8), K1)), K1), K1);
      d ^= c;
    }
  }
  a = hash16(a, c);
  b = hash16(d, b);
  return [a ^ b, hash16(b, a)];
}

function long(view: DataView, offset: number, length: number, low: bigint, high: bigint): Pair {
  const end = offset + length;
  let [x, y, z] = [low, high, times(BigInt(length), K1)];
  const v0 = plus(times(rotate(y ^ K1, 49), K1), fetch64(view, offset));
  let v: Pair = [v0, plus(times(rotate(v0, 42), K1), fetch64(view, offset + 8))];
  let w: Pair = [
    plus(times(rotate(plus(y, z), 35), K1), x),
    times(rotate(plus(x, fetch64(view, offset + 88)), 53), K1),
  ];
  let at = offset;
  let left = length;
  for (; left >= 128; left -= 128) {
    for (let half = 0; half < 2; half++, at += 64) {
      x = times(rotate(plus(x, y, v[0], fetch64(view, at + 16)), 37), K1);
      y = times(rotate(plus(y, v[1], fetch64(view, at + 48)), 42), K1);
      x ^= w[1];
      y ^= v[0];
      z = rotate(z ^ w[0], 33);
      v = weakHash32(view, at, times(v[1], K1), plus(x, w[0]));
      w = weakHash32(view, at + 32, plus(z, w[1]), y);
      [z, x] = [x, z];
    }
  }
  y = plus(y, times(rotate(w[0], 37), K0), z);
  x = plus(x, times(rotate(plus(v[0], z), 49), K0));
  for (let done = 0; done < left; ) {
    done += 32;
    y = plus(times(rotate(plus(y, -x), 42), K0), v[1]);
    w = [plus(w[0], fetch64(view, end - done + 16)), w[1]];
    x = plus(times(rotate(x, 49), K0), w[0]);
    w = [plus(w[0], v[0]), w[1]];
    v = weakHash32(view, end - done, v[0], v[1]);
  }
  x = hash16(x, v[0]);
  y = hash16(y, w[0]);
  return [plus(hash16(plus(x, v[1]), w[1]), y), hash16(plus(x, w[1]), plus(y, v[1]))];
}

function weakHash32(view: DataView, at: number, seedA: bigint, seedB: bigint): Pair {
  const [w, x, y, z] = [0, 8, 16, 24].map((step) => fetch64(view, at + step)) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const a = plus(seedA, w);
  const b = rotate(plus(seedB, a, z), 21);
  const sum = plus(a, x, y);
  return [plus(sum, z), plus(b, rotate(sum, 44), a)];
}

function hash0to16(view: DataView, at: number, length: number): bigint {
  if (length > 8) {
    const a = fetch64(view, at);
    const b = fetch64(view, at + length - 8);
    return hash16(a, rotate(plus(b, BigInt(length)), length)) ^ b;
  }
  if (length >= 4) {
    const a = BigInt(view.getUint32(at, true));
    return hash16(plus(BigInt(length), a << 3n), BigInt(view.getUint32(at + length - 4, true)));
  }
  if (length === 0) return K2;
  const byte = (index: number) => view.getUint8(at + index);
  const y = BigInt(byte(0) + (byte(length >> 1) << 8));
  const z = BigInt(length + (byte(length - 1) << 2));
  return times(shiftMix(times(y, K2) ^ times(z, K3)), K2);
}

function hash16(low: bigint, high: bigint): bigint {
  const a = shiftMix47(times(low ^ high, MUL));
  return times(shiftMix47(times(high ^ a, MUL)), MUL);
}

const shiftMix47 = (value: bigint) => value ^ (value >> 47n);
const shiftMix = (value: bigint) => shiftMix47(value) & MASK;
const times = (a: bigint, b: bigint) => (a * b) & MASK;
const plus = (...values: bigint[]) => values.reduce((sum, value) => sum + value, 0n) & MASK;
const rotate = (value: bigint, bits: number) =>
  bits === 0 ? value : ((value >> BigInt(bits)) | (value << BigInt(64 - bits))) & MASK;
const fetch64 = (view: DataView, at: number) => view.getBigUint64(at, true);
