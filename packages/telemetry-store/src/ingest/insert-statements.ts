import type { Settings } from '../connection/connection.ts';
import { narrowestTable } from './narrowest-table.ts';
import COMMON from './otlp/common.proto' with { type: 'text' };
import LOGS from './otlp/logs.proto' with { type: 'text' };
import METRICS from './otlp/metrics.proto' with { type: 'text' };
import PLAIN_COMMON from './otlp/plain-common.proto' with { type: 'text' };
import TRACES from './otlp/traces.proto' with { type: 'text' };
import type { Signal } from './signal.ts';

/** How one or more OTLP export requests of one signal, concatenated, are inserted. */
export interface InsertStatement {
  readonly into: string;
  readonly format: 'ProtobufSingle';
  readonly body: Uint8Array;
  readonly settings: Settings;
}

const ITEMS: Readonly<Record<Signal, string>> = { logs: LOGS, metrics: METRICS, traces: TRACES };

/**
 * Names a batch: when it came, in milliseconds since 1970, and an id of its own. The time is part of the name because
 * a batch that is sent again after midnight must fall into the day's partition of its first try, where it is known.
 */
export function batchToken(receivedAt: number, id: string): string {
  return `${Math.floor(receivedAt).toString().padStart(13, '0')}.${id}`;
}

/**
 * The statement with which `Connection.insertBytes` stores a batch. What it writes it writes once, also where the same
 * bytes are inserted again with the same token after an error that left some of their rows.
 *
 * @param body the batch's bytes, by which the table is chosen; a repetition is of the same bytes, and goes the same way
 * @param token as {@link batchToken} makes it; with any other, a row's time of arrival is that of the insert
 */
export function insertStatement(signal: Signal, body: Uint8Array, token: string): InsertStatement {
  const { name, isPlain } = narrowestTable(signal, body);
  return {
    into: name,
    format: 'ProtobufSingle',
    body,
    settings: {
      format_schema_source: 'string',
      format_schema: (isPlain ? PLAIN_COMMON : COMMON) + ITEMS[signal],
      format_schema_message_name: 'Request',
      input_format_protobuf_oneof_presence: 1,
      // As Go's encoder writes JSON.
      output_format_json_escape_forward_slashes: 0,
      // The views take the time of arrival from the token, too (otlp_received_at).
      insert_deduplicate: 1,
      insert_deduplication_token: token,
      deduplicate_blocks_in_dependent_materialized_views: 1,
      // One order of blocks, so that those of a repetition have the same numbers.
      max_insert_threads: 1,
      // Points of runs of many months in one batch may come: refusing them would refuse their neighbours.
      throw_on_max_partitions_per_insert_block: 0,
    },
  };
}
