import * as v from 'valibot';

export const FORMAT = v.optional(
  v.pipe(
    v.picklist(['csv', 'ndjson']),
    v.description(
      'In CSV objects are JSON in a cell, and text that a sheet would take for a formula has an apostrophe before it.',
    ),
  ),
  'ndjson',
);
