import {
  COLLECTOR_METRICS,
  EXPECTED_LABELS,
  PROMETHEUS_METRICS,
  SAMPLE_QUERIES,
} from './expected-metrics.ts';
import { queryPrometheus } from './prometheus-api.ts';
import { parsePrometheusText } from './prometheus-text.ts';
import type { Sample } from './sample.ts';

export type Addresses = { readonly prometheus: string; readonly collector: string };

export type Found = {
  readonly expected: string;
  /** Samples with every expected label (for metrics), or with a value that is a number (for queries). */
  readonly samples: readonly Sample[];
};

export type Verification = {
  readonly collector: readonly Found[];
  readonly prometheus: readonly Found[];
  readonly queries: readonly Found[];
  /** What has no answer yet, in words; empty when all is there. */
  readonly missing: readonly string[];
};

const EVERYTHING = '{__name__=~"ml_metrics_ml_training_.+"}';

/** Asks the collector's Prometheus port and Prometheus once for everything that a training run must show. */
export async function verifyOnce(addresses: Addresses): Promise<Verification> {
  const [scraped, stored, queries] = await Promise.all([
    scrape(addresses.collector),
    queryPrometheus(addresses.prometheus, EVERYTHING),
    Promise.all(SAMPLE_QUERIES.map((query) => ask(addresses.prometheus, query))),
  ]);
  const collector = COLLECTOR_METRICS.map((name) => find(name, scraped));
  const prometheus = PROMETHEUS_METRICS.map((name) => find(name, stored));
  return {
    collector,
    prometheus,
    queries,
    missing: [
      ...collector.filter(isEmpty).map(({ expected }) => `${expected} on the collector's Prometheus port`),
      ...prometheus.filter(isEmpty).map(({ expected }) => `${expected} in Prometheus`),
      ...queries.filter(isEmpty).map(({ expected }) => `a value for the query ${expected}`),
    ],
  };
}

async function scrape(collector: string): Promise<Sample[]> {
  const response = await fetch(`${collector.replace(/\/+$/, '')}/metrics`, {
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`The collector's Prometheus port answered ${response.status}.`);
  return parsePrometheusText(await response.text());
}

async function ask(prometheus: string, query: string): Promise<Found> {
  const samples = await queryPrometheus(prometheus, query);
  return { expected: query, samples: samples.filter(({ value }) => !Number.isNaN(value)) };
}

function find(name: string, samples: readonly Sample[]): Found {
  const labelled = ({ labels }: Sample) => EXPECTED_LABELS.every((label) => labels[label] !== undefined);
  return { expected: name, samples: samples.filter((sample) => sample.name === name && labelled(sample)) };
}

function isEmpty({ samples }: Found): boolean {
  return samples.length === 0;
}
