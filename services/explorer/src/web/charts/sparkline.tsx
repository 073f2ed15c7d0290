interface SparklineProps {
  readonly values: readonly (number | null)[];
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** The token of its colour. */
  readonly colour: string;
  readonly width?: number;
  readonly height?: number;
}

/** The shape of some values, no more; from 0 up. */
export function Sparkline({ values, label, colour, width = 96, height = 20 }: SparklineProps) {
  const path = sparkPath(values, width, height);
  return (
    <svg
      className="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <path d={path} fill="none" stroke={`var(--${colour})`} strokeWidth="1.25" strokeLinejoin="round" />
    </svg>
  );
}

/** Broken where a value is missing. */
export function sparkPath(values: readonly (number | null)[], width: number, height: number): string {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const max = Math.max(0, ...finite) || 1;
  const min = Math.min(0, ...finite);
  let path = '';
  let drawing = false;
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) {
      drawing = false;
      return;
    }
    const x = values.length < 2 ? width / 2 : (index / (values.length - 1)) * width;
    const y = height - 1 - ((value - min) / (max - min)) * (height - 2);
    path += `${drawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    drawing = true;
  });
  return path;
}
