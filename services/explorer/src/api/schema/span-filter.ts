import type { SpanFilter } from '@ml-otel/telemetry-store/queries';
import * as v from 'valibot';
import { ATTRIBUTE_FILTERS } from './attribute-filter.ts';
import { durationParameter } from './duration.ts';
import { given } from './given.ts';
import { textParameter } from './parameter.ts';

/** The entries of a query about spans: of several, one and the same span must fit all. */
export const SPAN_FILTER = {
  service: v.optional(textParameter({ description: 'The name of the service.' })),
  operation: v.optional(textParameter({ description: 'The name of the span.' })),
  status: v.optional(v.pipe(v.picklist(['Unset', 'Ok', 'Error']), v.description('The status of the span.'))),
  minDuration: v.optional(durationParameter('So long or longer.')),
  maxDuration: v.optional(durationParameter('So long or shorter.')),
  run: v.optional(textParameter({ description: 'The id of the run.' })),
  filter: ATTRIBUTE_FILTERS,
};

const SCHEMA = v.object(SPAN_FILTER);

export function spanFilter(asked: v.InferOutput<typeof SCHEMA>): SpanFilter {
  return given({
    service: asked.service,
    operation: asked.operation,
    status: asked.status,
    minDuration: asked.minDuration,
    maxDuration: asked.maxDuration,
    runId: asked.run,
    attributes: asked.filter,
  });
}
