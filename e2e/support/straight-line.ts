export interface LineStep {
  readonly epoch: number;
  readonly batch: number;
  readonly loss: number;
  readonly weight: number;
  readonly bias: number;
}

/** What the training program of python/README.md logs, computed again: both languages have the same doubles. */
export function straightLine(): LineStep[] {
  const samples = Array.from(
    { length: 100 },
    (_, i) => [i / 100, (3 * i) / 100 + 0.5 + (((i * 7) % 11) - 5) / 50] as const,
  );
  let weight = 0;
  let bias = 0;
  return Array.from({ length: 4 }, (_, epoch) => epoch).flatMap((epoch) =>
    samples.map(([x, y], batch) => {
      const error = weight * x + bias - y;
      weight -= 0.05 * error * x;
      bias -= 0.05 * error;
      return { epoch, batch, loss: error * error, weight, bias };
    }),
  );
}
