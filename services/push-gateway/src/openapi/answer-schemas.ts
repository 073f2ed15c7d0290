import * as v from 'valibot';
import { MAX_LISTED } from '../ingest/tally.ts';

const count = (description: string) =>
  v.pipe(v.number(), v.integer(), v.minValue(0), v.description(description));

const RejectionSchema = v.object({
  index: count(
    'Place of the snapshot in the body, from 0; for NDJSON the number of its line, blank lines counted',
  ),
  issues: v.array(v.object({ path: v.string(), message: v.string() })),
});

const summaryEntries = {
  accepted: count('Snapshots that were taken, and stay taken whatever the status of the answer'),
  duplicates: count('Snapshots that had been taken before, with the same content'),
  rejected: v.pipe(
    v.array(RejectionSchema),
    v.description(`Snapshots that were refused and why; the first ${MAX_LISTED}`),
  ),
  rejected_total: v.optional(count('How many were refused, where not all are listed')),
};

/** What became of a body's snapshots. */
export const SummarySchema = v.object(summaryEntries);

/** An error: problem details (RFC 9457), with the summary's members where the body was read. */
export const ProblemSchema = v.object({
  type: v.pipe(v.string(), v.description('urn:ml-otel:problem:<what is the matter>')),
  title: v.string(),
  status: v.number(),
  detail: v.pipe(v.string(), v.description('What to do about it')),
  ...v.partial(SummarySchema).entries,
  resend_from: v.optional(count('The first snapshot that was not taken: send it and those behind it again')),
});

export type Problem = v.InferOutput<typeof ProblemSchema>;
