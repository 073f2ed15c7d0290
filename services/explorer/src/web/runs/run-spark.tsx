import type { Curve } from './curves/curve.ts';

const WIDTH = 88;
const HEIGHT = 22;

/** A curve no larger than a word: its line, and a dot where it ends or where it was no number. */
export function RunSpark({ curve, label }: { readonly curve: Curve; readonly label: string }) {
  const { path, end, broken } = sparkShape(curve);
  return (
    <svg
      className="run-spark"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      <path d={path} fill="none" stroke="var(--series-0)" strokeWidth="1.25" strokeLinejoin="round" />
      {end !== undefined && <circle cx={end.x} cy={end.y} r="1.8" fill="var(--series-0)" />}
      {broken !== undefined && (
        <path d={`M${broken} 2v${HEIGHT - 4}`} stroke="var(--bad)" strokeWidth="1.25" strokeDasharray="2 2" />
      )}
    </svg>
  );
}

/** The first value of a run is often far above all others: what lies above most of them is cut off. */
const MOST = 0.96;

export function sparkShape({ x, xLast, last, notFinite }: Pick<Curve, 'x' | 'xLast' | 'last' | 'notFinite'>) {
  const finite = last.filter(Number.isFinite).sort((a, b) => a - b);
  const low = finite[0] ?? 0;
  const high = finite[Math.floor((finite.length - 1) * MOST)] ?? 1;
  const left = x[0] ?? 0;
  const width = (xLast.at(-1) ?? 1) - left || 1;
  let path = '';
  let drawing = false;
  let end: { x: number; y: number } | undefined;
  let broken: number | undefined;
  last.forEach((value, i) => {
    const px = round(2 + ((xLast[i]! - left) / width) * (WIDTH - 4));
    if (notFinite[i] !== 0) broken ??= px;
    if (!Number.isFinite(value)) {
      drawing = false;
      return;
    }
    const part = high > low ? Math.min(1, (value - low) / (high - low)) : 0.5;
    const py = round(HEIGHT - 3 - part * (HEIGHT - 6));
    path += `${drawing ? 'L' : 'M'}${px} ${py}`;
    drawing = true;
    end = { x: px, y: py };
  });
  return { path, end, broken };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
