import type * as v from 'valibot';
import { MAX_ISSUES } from './limits.ts';

/** One thing wrong with a snapshot: where (`training_metrics.training_loss`, empty for the whole) and what. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** Either a value, or every issue that kept it from being one. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

const LONGEST_PATH = 256;

/** Valibot's issues as data, at most {@link MAX_ISSUES}, with the number of those left out in the last. */
export function toIssues(issues: readonly v.BaseIssue<unknown>[]): Issue[] {
  const shown = issues.slice(0, MAX_ISSUES).map((issue) => ({
    path: (issue.path ?? [])
      .map((item) => String(item.key))
      .join('.')
      .slice(0, LONGEST_PATH),
    message: issue.message,
  }));
  const more = issues.length - shown.length;
  return more > 0 ? [...shown, { path: '', message: `and ${more} more issues` }] : shown;
}
