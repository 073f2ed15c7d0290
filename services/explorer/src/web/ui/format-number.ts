/** Of nanoseconds, with three digits that matter: `340 ns`, `12.4 ms`, `3.05 s`, `2m 14s`, `3h 05m`. */
export function formatDuration(nanos: number): string {
  if (!Number.isFinite(nanos)) return '–';
  const sign = nanos < 0 ? '-' : '';
  const n = Math.abs(nanos);
  if (n < 1e3) return `${sign}${Math.round(n)} ns`;
  if (n < 1e6) return `${sign}${digits(n / 1e3)} µs`;
  if (n < 1e9) return `${sign}${digits(n / 1e6)} ms`;
  const seconds = n / 1e9;
  if (seconds < 60) return `${sign}${digits(seconds)} s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${sign}${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  if (whole < 86_400) return `${sign}${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`;
  return `${sign}${Math.floor(whole / 86_400)}d ${two(Math.floor((whole % 86_400) / 3600))}h`;
}

const SUFFIXES = ['', 'k', 'M', 'G', 'T'];

/** Short: `0.0312`, `12.4`, `1.53k`, `3.1e-7`. NaN and infinities are said, not hidden. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  const n = Math.abs(value);
  if (n === 0) return '0';
  if (n < 1e-4 || n >= 1e15)
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  const power = n < 1000 ? 0 : Math.min(SUFFIXES.length - 1, Math.floor(Math.log10(n) / 3));
  const scaled = value / 1000 ** power;
  return digits(scaled) + SUFFIXES[power];
}

/** `1,204` */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

/** Of a part from 0 to 1. */
export function formatPercent(part: number): string {
  if (!Number.isFinite(part)) return '–';
  if (part > 0 && part < 0.001) return '<0.1%';
  return `${digits(part * 100)}%`;
}

/** `4.2 MB` */
export function formatBytes(bytes: number): string {
  return `${formatNumber(bytes).replace(/([kMGT]?)$/, ' $1')}B`;
}

/** Units that people know under another name than UCUM's. */
const KNOWN_AS: Readonly<Record<string, string>> = { Cel: '°C', 'J/s': 'W' };

/** A value with the unit that UCUM writes: `12.4 ms`, `81.2%`, `3.1 MB`, `1.2 kB/s`, `4 {sample}/s` → `4 sample/s`. */
export function formatWithUnit(value: number, unit: string): string {
  const scale = { s: 1e9, ms: 1e6, us: 1e3, ns: 1 }[unit];
  if (scale !== undefined && Number.isFinite(value)) return formatDuration(value * scale);
  if (/^By(\/s)?$/.test(unit) && Number.isFinite(value)) return formatBytes(value) + unit.slice(2);
  const text = formatNumber(value);
  if (unit === '%') return `${text}%`;
  if (unit === '' || unit === '1') return text;
  return `${text} ${KNOWN_AS[unit] ?? unit.replace(/[{}]/g, '')}`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
