import { EXPECTED_LABELS } from './expected-metrics.ts';
import type { Sample } from './sample.ts';
import { textTable } from './text-table.ts';
import type { Found, Verification } from './verification.ts';

/** The job that documentation and sample queries are about; its series are shown where there are several. */
const SHOWN_JOB = 'training-job-123';

/** Two tables: every expected metric on both sides with its labels, and every sample query with its answer. */
export function verificationReport({ collector, prometheus, queries }: Verification): string {
  const metrics = prometheus.map((stored) => {
    const scraped = collector.find(({ expected }) => expected === stored.expected);
    return [
      stored.expected,
      scraped === undefined ? '(rule)' : shownValue(scraped),
      shownValue(stored),
      shownLabels(stored),
    ];
  });
  const answers = queries.map((found) => [found.expected, shownValue(found), shownLabels(found)]);
  return [
    textTable(['metric', 'collector :8889', 'Prometheus', 'labels'], metrics),
    textTable(['query', 'value', 'labels'], answers),
  ].join('\n\n');
}

function shownValue(found: Found): string {
  const sample = shown(found);
  return sample === undefined ? 'MISSING' : String(Number(sample.value.toPrecision(6)));
}

function shownLabels(found: Found): string {
  const sample = shown(found);
  if (sample === undefined) return '';
  const labels = EXPECTED_LABELS.flatMap((name) =>
    sample.labels[name] === undefined ? [] : [`${name}="${sample.labels[name]}"`],
  );
  const more = found.samples.length - 1;
  return `{${labels.join(', ')}}${more > 0 ? ` and ${more} more series` : ''}`;
}

/** Of a histogram's buckets the last, which holds all. */
function shown({ samples }: Found): Sample | undefined {
  const ofJob = samples.filter(({ labels }) => labels.job_id === SHOWN_JOB);
  return (ofJob.length > 0 ? ofJob : samples).at(-1);
}
