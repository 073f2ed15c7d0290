import * as v from 'valibot';
import { MAX_KEY_LENGTH, MAX_METRICS } from './limits.ts';

/** A metric as it was sent: its key and its value, which may be NaN or infinite. */
export type MetricEntry = readonly [key: string, value: number];

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a key must not hold
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f]/;
const HAS_WORD = /[\p{L}\p{N}]/u;

/**
 * `training_metrics`: every numeric key is a metric; `null` (Python's None) is a metric that was not measured.
 * Gives the entries in the sender's order: a list, so that no key (`__proto__`) means anything to JavaScript.
 */
export const MetricsSchema = v.pipe(
  v.custom<Record<string, unknown>>(isPlainObject, 'expected an object of numbers'),
  v.rawTransform(({ dataset, addIssue, NEVER }): MetricEntry[] => {
    const object = dataset.value;
    const keys = Object.keys(object);
    const issue = (key: string, message: string) =>
      addIssue({
        message,
        path: [{ type: 'object', origin: 'value', input: object, key, value: object[key] }],
      });
    if (keys.length > MAX_METRICS) {
      addIssue({ message: `at most ${MAX_METRICS} metrics in a snapshot, got ${keys.length}` });
      return NEVER;
    }
    const entries: MetricEntry[] = [];
    let bad = false;
    for (const key of keys) {
      const value = object[key];
      if (value === null) continue;
      const wrong = keyProblem(key) ?? valueProblem(value);
      if (wrong === undefined) {
        entries.push([key, value as number]);
      } else {
        issue(key, wrong);
        bad = true;
      }
    }
    return bad ? NEVER : entries;
  }),
);

function keyProblem(key: string): string | undefined {
  if (key.length > MAX_KEY_LENGTH)
    return `a metric's key has at most ${MAX_KEY_LENGTH} characters, got ${key.length}`;
  if (UNPRINTABLE.test(key) || !HAS_WORD.test(key))
    return 'a metric’s key needs a letter or digit and no control characters';
  return undefined;
}

function valueProblem(value: unknown): string | undefined {
  if (typeof value === 'number') return undefined;
  if (typeof value === 'string')
    return `expected a number, got the string ${JSON.stringify(value.slice(0, 40))}`;
  return `expected a number, got ${Array.isArray(value) ? 'an array' : typeof value}`;
}

function isPlainObject(input: unknown): boolean {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
