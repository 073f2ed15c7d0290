import { type AttributeFilter, attributeConditions } from '../attribute-filter.ts';
import { allOf, bound, type Condition } from '../condition.ts';
import { earlier, later } from '../time-range.ts';

/** What one and the same span must be, all of it. */
export interface SpanFilter {
  readonly service?: string;
  /** The span's name. */
  readonly operation?: string;
  /** Nanoseconds, both included. */
  readonly minDuration?: bigint;
  readonly maxDuration?: bigint;
  readonly status?: 'Unset' | 'Ok' | 'Error';
  /** The run: `job.id` of the span or of its resource. */
  readonly runId?: string;
  readonly attributes?: readonly AttributeFilter[];
}

export function spanCondition(filter: SpanFilter): Condition {
  return allOf([
    bound(filter.service, 'service', 'ServiceName = {service:String}'),
    bound(filter.operation, 'operation', 'SpanName = {operation:String}'),
    bound(filter.minDuration, 'minDuration', 'Duration >= {minDuration:UInt64}', asUInt64),
    bound(filter.maxDuration, 'maxDuration', 'Duration <= {maxDuration:UInt64}', asUInt64),
    bound(filter.status, 'status', 'StatusCode = {status:String}'),
    bound(filter.runId, 'runId', 'RunId = {runId:String}'),
    ...attributeConditions('SpanAttributes', filter.attributes),
  ]);
}

function asUInt64(nanos: bigint): bigint {
  return earlier(later(nanos, 0n), 2n ** 64n - 1n);
}
