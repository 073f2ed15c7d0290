import { logColumns, metricColumns, traceColumns } from './otlp/columns.ts';

/** The tables that take OTLP requests, as migration 0005 creates them; a test compares the two. */
export function otlpTables(): string {
  return `-- One row of each is one OTLP export request, decoded by ClickHouse from protobuf. They keep nothing: views write what
-- is in a row into the real tables. The types are those of \`src/ingest/otlp/columns.ts\`, which prints this file's statements.
CREATE TABLE IF NOT EXISTS otlp_logs {{on_cluster}} (${logColumns()}) ENGINE = Null;

CREATE TABLE IF NOT EXISTS otlp_traces {{on_cluster}} (${traceColumns()}) ENGINE = Null;

CREATE TABLE IF NOT EXISTS otlp_metrics {{on_cluster}} (${metricColumns()}) ENGINE = Null;
`;
}
