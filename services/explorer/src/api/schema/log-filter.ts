import type { LogFilter } from '@ml-otel/telemetry-store/queries';
import * as v from 'valibot';
import { ATTRIBUTE_FILTERS } from './attribute-filter.ts';
import { given } from './given.ts';
import { hexParameter, textParameter, wholeParameter } from './parameter.ts';

/** The entries of a query about log records: of several, all must hold. */
export const LOG_FILTER = {
  severity: v.optional(
    wholeParameter(
      { min: 0, max: 24 },
      { description: 'This or more severe: 1 trace, 5 debug, 9 info, 13 warn, 17 error, 21 fatal.' },
    ),
  ),
  service: v.optional(textParameter({ description: 'The name of the service.' })),
  trace: v.optional(hexParameter(32, 'A trace id.')),
  run: v.optional(textParameter({ description: 'The id of the run.' })),
  text: v.optional(
    textParameter({ description: 'Occurs in the body, whatever the case of its letters.' }, { max: 4_096 }),
  ),
  filter: ATTRIBUTE_FILTERS,
};

const SCHEMA = v.object(LOG_FILTER);

export function logFilter(asked: v.InferOutput<typeof SCHEMA>): LogFilter {
  return given({
    minSeverity: asked.severity,
    service: asked.service,
    traceId: asked.trace,
    runId: asked.run,
    text: asked.text,
    attributes: asked.filter,
  });
}
