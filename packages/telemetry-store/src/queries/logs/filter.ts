import { type AttributeFilter, attributeConditions } from '../attribute-filter.ts';
import { allOf, bound, type Condition } from '../condition.ts';
import { checkWhole } from '../query-error.ts';
import { bodyContains } from '../text-contains.ts';

/** Of several, all must hold. */
export interface LogFilter {
  /** OTLP's severity number, 0 to 24: this or more severe. */
  readonly minSeverity?: number;
  readonly service?: string;
  /** Lower-case hex. */
  readonly traceId?: string;
  /** The run: `job.id` of the record or of its resource. */
  readonly runId?: string;
  readonly attributes?: readonly AttributeFilter[];
  /** Occurs in the body, whatever the case of its letters. */
  readonly text?: string;
}

export function logCondition(filter: LogFilter): Condition {
  return allOf([
    bound(filter.minSeverity, 'minSeverity', 'SeverityNumber >= {minSeverity:UInt8}', asSeverity),
    bound(filter.service, 'service', 'ServiceName = {service:String}'),
    bound(filter.traceId, 'traceId', 'TraceId = {traceId:String}'),
    bound(filter.runId, 'runId', 'RunId = {runId:String}'),
    ...attributeConditions('LogAttributes', filter.attributes),
    bodyContains(filter.text),
  ]);
}

function asSeverity(number: number): number {
  return checkWhole('minSeverity', number, { min: 0, max: 24 });
}
