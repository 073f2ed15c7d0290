/** What a retention can be set for. */
export const RETAINED = ['logs', 'traces', 'metrics', 'training'] as const;
export type Retained = (typeof RETAINED)[number];

/** Signals whose tables are partitioned by the day of arrival, in UTC. */
export type DailySignal = Exclude<Retained, 'training'>;

/**
 * The tables of each signal, the source of others first. All of them are partitioned by the day of arrival, so that
 * a day goes as a whole.
 */
export const DAILY_TABLES: Readonly<Record<DailySignal, readonly string[]>> = {
  logs: ['otel_logs', 'otel_logs_facets'],
  traces: ['otel_traces', 'otel_traces_trace_id_ts', 'otel_traces_facets', 'otel_traces_minutes'],
  metrics: [
    'otel_metrics_gauge',
    'otel_metrics_sum',
    'otel_metrics_histogram',
    'otel_metrics_exponential_histogram',
    'otel_metrics_summary',
  ],
};

export interface TrainingTable {
  readonly table: string;
  /** Column with the time of arrival of what a row holds last. */
  readonly receivedAt: string;
}

/** A run goes from these as a whole; `training_runs` last, so that a run is listed until nothing else of it is left. */
export const TRAINING_TABLES: readonly TrainingTable[] = [
  { table: 'training_points', receivedAt: 'ReceivedAt' },
  { table: 'training_series', receivedAt: 'LastReceivedAt' },
  { table: 'training_epochs', receivedAt: 'LastReceivedAt' },
  { table: 'training_cells', receivedAt: 'LastReceivedAt' },
  { table: 'training_runs', receivedAt: 'LastReceivedAt' },
];

/**
 * Tables that no retention applies to: our own books, and what people wrote about a run, which is small and theirs. Views
 * and tables that keep nothing need none.
 */
export const EXEMPT_TABLES: readonly string[] = [
  'schema_migrations',
  'retention_applied',
  'archives',
  'training_run_edits',
];
