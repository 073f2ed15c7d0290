export interface MadePoint {
  readonly run: string;
  /** Empty for none. */
  readonly rank: string;
  readonly epoch: number | undefined;
  readonly batch: number | undefined;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly value: number;
}

export interface RandomRun {
  readonly id: string;
  readonly ordered: boolean;
  /** Each once. */
  readonly points: readonly MadePoint[];
  /** The same as they are sent: in another order, some several times. */
  readonly blocks: readonly (readonly MadePoint[])[];
}

const START = 1_780_000_000_000_000_000n;
const BLOCKS = 6;

/** A run that resumes, repeats itself and arrives out of order; the same for the same seed. With an odd one several steps may have one time. */
export function makeRun(seed: number): RandomRun {
  const random = randomNumbers(seed);
  const upTo = (n: number) => Math.floor(random() * n);
  const pick = <T>(...values: readonly T[]): T => values[upTo(values.length)]!;
  const id = `random-${seed}`;
  const ordered = random() > 0.2;
  const epochs = pick('restart', 'restart', 'run on', 'none', 'fractions', 'only epochs', 'nothing');
  const length = 20 + upTo(180);
  const stride = pick(1, 1, 1, 3, 10);
  const second = pick(1_000_000n, 1_000_000_000n, 30_000_000_000n);
  const points: MadePoint[] = [];
  const used = new Set<string>();
  for (const rank of pick([''], [''], ['0', '1'])) {
    let time = START + BigInt(upTo(1_000)) * second;
    let step = 0;
    const steps = 30 + upTo(400);
    const resumes = upTo(4);
    for (let i = 0; i < steps; i++) {
      // Clocks may be coarse.
      time += seed % 2 === 1 && random() < 0.05 ? 0n : second;
      if (random() < resumes / steps) {
        step = Math.max(0, step - upTo(pick(3, 40, 300)));
        time += pick(1n, 100n, 5_000n) * second;
      } else if (random() < 0.97) step += stride;
      else if (!ordered) step = Math.max(0, step - upTo(20));
      const epoch = Math.floor(step / length);
      const key = `${rank} ${step} ${time}`;
      if (used.has(key)) continue;
      used.add(key);
      const value =
        random() < 0.03 ? pick(Number.NaN, Infinity, -Infinity) : Math.round(random() * 1e6) / 1e3;
      points.push({
        run: id,
        rank,
        epoch: {
          restart: epoch,
          'run on': epoch,
          none: undefined,
          fractions: epoch + (step % length) / length,
          'only epochs': step / 16,
          nothing: undefined,
        }[epochs],
        batch: {
          restart: step % length,
          'run on': step,
          none: step,
          fractions: step % length,
          'only epochs': undefined,
          nothing: undefined,
        }[epochs],
        time,
        value,
      });
    }
  }
  const distinct = [...new Map(points.map((point) => [keyOf(point), point])).values()];
  const blocks: MadePoint[][] = Array.from({ length: BLOCKS }, () => []);
  const shuffled = random() < 0.3;
  for (const [i, point] of distinct.entries()) {
    const block = shuffled ? upTo(BLOCKS) : Math.min(BLOCKS - 1, Math.floor((i / distinct.length) * BLOCKS));
    blocks[random() < 0.01 ? upTo(BLOCKS) : block]!.push(point);
    if (random() < 0.01) blocks[upTo(BLOCKS)]!.push(point);
  }
  return { id, ordered, points: distinct, blocks };
}

/** What makes two points one: where the engine merges them. */
function keyOf({ rank, epoch, batch, time }: MadePoint): string {
  return `${rank} ${Math.floor(epoch ?? 0)} ${batch ?? 0} ${time}`;
}

/** mulberry32 */
function randomNumbers(seed: number): () => number {
  let state = (seed + 1) * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
