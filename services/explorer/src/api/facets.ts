import { facetKeys, facets, facetValues } from '@ml-otel/telemetry-store/queries';
import { Hono } from 'hono';
import * as v from 'valibot';
import { operation, query } from './describe.ts';
import { type ApiParts, ask } from './parts.ts';
import { cacheHeaders } from './respond.ts';
import { given } from './schema/given.ts';
import { repeatedParameter, textParameter, wholeParameter } from './schema/parameter.ts';
import { isoTime, time } from './schema/time.ts';
import { isSettled, RANGE, rangeOf } from './schema/time-range.ts';

const TAG = 'facets';

const SIGNAL = v.pipe(v.picklist(['logs', 'traces']), v.description('Of which records.'));
const SOURCE = v.pipe(
  v.picklist(['field', 'attribute']),
  v.description(
    'A `field` is one that every record has (of logs `severity`, `service`, `event`; of traces `service`, `name`, `kind`, `status`).',
  ),
);

const SELECTION = {
  ...RANGE,
  signal: SIGNAL,
  service: v.optional(textParameter({ description: 'Of records of this service only.' })),
};

const NAMED_KEY = v.pipe(
  textParameter({ description: '' }),
  v.rawTransform<string, { source: 'field' | 'attribute'; key: string }>(({ dataset, addIssue, NEVER }) => {
    const [, source, key] = /^(field|attribute):(.+)$/s.exec(dataset.value) ?? [];
    if (key !== undefined) return { source: source as 'field' | 'attribute', key };
    addIssue({ message: 'expected field:<key> or attribute:<key>' });
    return NEVER;
  }),
);

const FACETS = v.strictObject({
  ...SELECTION,
  key: v.optional(
    repeatedParameter(NAMED_KEY, {
      description: 'Only these: `field:severity`, `attribute:gpu.id`. By default the 50 most frequent.',
      maxItems: 100,
      items: { type: 'string', pattern: '^(field|attribute):.', maxLength: 1_024 },
    }),
  ),
  limit: v.optional(wholeParameter({ min: 1, max: 64 }, { description: 'Values of each key.' }), '10'),
});

const SEARCH = {
  search: v.optional(
    textParameter({ description: 'Occurs in it, whatever the case. Those that begin with it come first.' }),
  ),
  limit: v.optional(wholeParameter({ min: 1, max: 1_000 }, { description: 'How many at most.' }), '100'),
};

const RECORDS = v.pipe(v.number(), v.integer());
const VALUES = v.pipe(
  v.array(
    v.object({
      value: v.string(),
      records: v.pipe(
        RECORDS,
        v.description('At least so many; exactly so many of a key with up to 64 values.'),
      ),
    }),
  ),
  v.description('The most frequent first.'),
);
const KEY = { key: v.string(), source: SOURCE, records: RECORDS };

const FACETS_ANSWER = v.object({
  from: time('What was counted: the range in whole quarters of an hour.'),
  to: time('Its end.'),
  facets: v.pipe(
    v.array(
      v.object({
        ...KEY,
        values: VALUES,
        more: v.pipe(v.boolean(), v.description('Records have other values, too.')),
      }),
    ),
    v.description('Fields first, then the most frequent.'),
  ),
});

const VALUES_ANSWER = v.object({
  values: VALUES,
  more: v.pipe(v.boolean(), v.description('There are more that fit.')),
  complete: v.pipe(v.boolean(), v.description('Every value of the key is known here.')),
});

/** What records have for attributes, and which values how often: counted as they came, so approximately. */
export function facetRoutes(parts: ApiParts) {
  return new Hono()
    .get(
      '/api/facets',
      operation({
        tag: TAG,
        summary: 'Keys of a signal, and the most frequent values of each',
        answer: FACETS_ANSWER,
      }),
      query(FACETS),
      async (c) => {
        const { key: keys, limit, signal, service, ...asked } = c.req.valid('query');
        const now = parts.now();
        const request = { signal, range: rangeOf(asked, now), limit, ...given({ service, keys }) };
        const found = await ask(parts, c.req.raw, (store, context) => facets(store, request, context));
        return c.json(
          {
            from: isoTime(found.range.from),
            to: isoTime(found.range.to),
            facets: found.facets.map((facet) => ({ ...facet, values: [...facet.values] })),
          },
          200,
          cacheHeaders(isSettled(asked, now)),
        );
      },
    )
    .get(
      '/api/facets/keys',
      operation({
        tag: TAG,
        summary: 'Keys of a signal, for completion',
        answer: v.object({ keys: v.array(v.object(KEY)) }),
      }),
      query(v.strictObject({ ...SELECTION, ...SEARCH })),
      async (c) => {
        const { search, limit, signal, service, ...asked } = c.req.valid('query');
        const now = parts.now();
        const request = { signal, range: rangeOf(asked, now), limit, ...given({ service, search }) };
        const keys = await ask(parts, c.req.raw, (store, context) => facetKeys(store, request, context));
        return c.json({ keys }, 200, cacheHeaders(isSettled(asked, now)));
      },
    )
    .get(
      '/api/facets/values',
      operation({ tag: TAG, summary: 'Values of one key, for completion', answer: VALUES_ANSWER }),
      query(
        v.strictObject({
          ...SELECTION,
          ...SEARCH,
          key: textParameter({ description: 'The key.' }),
          source: v.optional(SOURCE, 'attribute'),
        }),
      ),
      async (c) => {
        const { key, source, search, limit, signal, service, ...asked } = c.req.valid('query');
        const now = parts.now();
        const request = {
          signal,
          range: rangeOf(asked, now),
          key,
          source,
          limit,
          ...given({ service, search }),
        };
        const found = await ask(parts, c.req.raw, (store, context) => facetValues(store, request, context));
        return c.json({ ...found, values: [...found.values] }, 200, cacheHeaders(isSettled(asked, now)));
      },
    );
}
