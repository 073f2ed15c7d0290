import { gaugeColumns, logColumns, metricColumns, NESTED, PLAIN, traceColumns } from './otlp/columns.ts';

/** The tables that take OTLP requests, as migration 0005 creates them; a test compares the two. */
export function otlpTables(): string {
  return `-- One row of each is one OTLP export request, decoded by ClickHouse from protobuf. They keep nothing: views write what
-- is in a row into the real tables. The types are those of \`src/ingest/otlp/columns.ts\`, which prints this file's statements.
CREATE TABLE IF NOT EXISTS otlp_logs {{on_cluster}} (${logColumns(NESTED)}) ENGINE = Null;

CREATE TABLE IF NOT EXISTS otlp_traces {{on_cluster}} (${traceColumns(NESTED)}) ENGINE = Null;

CREATE TABLE IF NOT EXISTS otlp_metrics {{on_cluster}} (${metricColumns(NESTED)}) ENGINE = Null;

-- The same for requests without arrays, maps and what is rare in metrics: \`src/ingest/is-plain.ts\` tells which those are. An
-- insert costs processor time before its first row, which grows with the width of these types: for them half as much.
CREATE TABLE IF NOT EXISTS otlp_logs_plain {{on_cluster}} (${logColumns(PLAIN)}) ENGINE = Null;

CREATE TABLE IF NOT EXISTS otlp_traces_plain {{on_cluster}} (${traceColumns(PLAIN)}) ENGINE = Null;

CREATE TABLE IF NOT EXISTS otlp_metrics_plain {{on_cluster}} (${metricColumns(PLAIN)}) ENGINE = Null;
`;
}

/** The table that takes requests of nothing but gauges, as migration 0031 creates it. */
export function gaugeTable(): string {
  return `CREATE TABLE IF NOT EXISTS otlp_gauges {{on_cluster}} (${gaugeColumns()}) ENGINE = Null;
`;
}
