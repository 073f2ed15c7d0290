/** One of the three kinds of OTLP export request. */
export type Signal = 'logs' | 'metrics' | 'traces';
