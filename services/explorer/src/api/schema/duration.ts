import * as v from 'valibot';

const UNITS = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3_600e9,
  d: 86_400e9,
} as const;

const PATTERN = /^(\d{1,15}(?:\.\d{1,9})?)(ns|us|ms|s|m|h|d)$/;
/** A hundred years. */
const MAX_NANOS = 3_155_760_000e9;

/** Nanoseconds of `250us`, `1.5ms`, `30s`; undefined for anything else. */
export function parseDuration(text: string): bigint | undefined {
  const [, count, unit] = PATTERN.exec(text) ?? [];
  if (count === undefined) return undefined;
  const nanos = Math.round(Number(count) * UNITS[unit as keyof typeof UNITS]);
  return nanos > MAX_NANOS ? undefined : BigInt(nanos);
}

export function durationParameter(description: string) {
  return v.pipe(
    v.string(),
    v.metadata({
      description: `${description} A number and its unit: ns, us, ms, s, m, h, d.`,
      examples: ['250us', '1.5s'],
      pattern: '^[0-9]{1,4}(\\.[0-9]{1,9})?(ns|us|ms|s|m|h|d)$',
    }),
    v.rawTransform<string, bigint>(({ dataset, addIssue, NEVER }) => {
      const nanos = parseDuration(dataset.value);
      if (nanos !== undefined) return nanos;
      addIssue({ message: 'expected a number and a unit: ns, us, ms, s, m, h, d; at most 100 years' });
      return NEVER;
    }),
  );
}

/** A duration in an answer: nanoseconds, exact up to 104 days. */
export function duration(description: string) {
  return v.pipe(v.number(), v.description(`${description} Nanoseconds, exact up to 104 days.`));
}
