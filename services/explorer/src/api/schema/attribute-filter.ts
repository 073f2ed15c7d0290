import type { AttributeFilter } from '@ml-otel/telemetry-store/queries';
import * as v from 'valibot';
import { repeatedParameter, textParameter } from './parameter.ts';

const OPERATORS = { eq: 'equal', ne: 'different', contains: 'containing' } as const;

/** `key:eq:value`, `key:ne:value`, `key:contains:value`, `key:exists`; the first operator splits, so a value may hold colons. */
export function parseAttributeFilter(text: string): AttributeFilter | undefined {
  const present = /^(.+?):exists$/s.exec(text);
  const [, key, operator, value] = /^(.+?):(eq|ne|contains):(.*)$/s.exec(text) ?? [];
  if (key === undefined) return present === null ? undefined : { key: present[1]!, is: 'present' };
  return { key, is: OPERATORS[operator as keyof typeof OPERATORS], value: value! };
}

const FILTER = v.pipe(
  textParameter({ description: '' }, { max: 4_096 }),
  v.rawTransform<string, AttributeFilter>(({ dataset, addIssue, NEVER }) => {
    const filter = parseAttributeFilter(dataset.value);
    if (filter !== undefined) return filter;
    addIssue({ message: 'expected key:eq:value, key:ne:value, key:contains:value or key:exists' });
    return NEVER;
  }),
);

/** `filter=gpu.id:eq:3&filter=exception.type:exists` */
export const ATTRIBUTE_FILTERS = v.optional(
  repeatedParameter(FILTER, {
    description:
      'About one attribute, of the record itself or else of its resource: `key:eq:value`, `key:ne:value` (also ' +
      'where there is none), `key:contains:value` ' +
      '(whatever the case), `key:exists`. Several must all hold.',
    maxItems: 20,
    items: {
      type: 'string',
      maxLength: 4_096,
      pattern: '^[^\\u0000:]+:(exists|(eq|ne|contains):[^\\u0000]*)$',
      examples: ['gpu.id:eq:3'],
    },
  }),
);
