const WIDTH = 60;

/** A bar for each value, all from zero so that what looks flat is flat. */
export function textPlot(rows: readonly (readonly [label: string, value: number])[], unit: string): string {
  const most = Math.max(...rows.map(([, value]) => value));
  const widest = Math.max(...rows.map(([label]) => label.length));
  return rows
    .map(([label, value]) => {
      const bar = '█'.repeat(Math.round((value / most) * WIDTH));
      return `${label.padStart(widest)} ${bar} ${value.toFixed(1)} ${unit}`;
    })
    .join('\n');
}
