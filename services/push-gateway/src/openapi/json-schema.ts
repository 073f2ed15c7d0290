import { type ConversionConfig, type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { limits, SnapshotSchema } from 'ml-otel-bridge/schema';
import type * as v from 'valibot';

/** What a valibot schema takes, as the JSON Schema that OpenAPI 3.1 uses. */
export function jsonSchemaOf(schema: v.GenericSchema, config: ConversionConfig = {}): JsonSchema {
  const { $schema: _, ...jsonSchema } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    // Checks without a counterpart in JSON Schema (bounds on `config`) are told in words.
    errorMode: 'ignore',
    ...config,
  });
  return jsonSchema;
}

/** `training_metrics` is a custom schema in code, for what JavaScript does with keys; on the wire it is this. */
const METRICS: JsonSchema = {
  type: 'object',
  description:
    'Every key is a metric; null is one that was not measured. Bare NaN, Infinity and -Infinity, as Python writes ' +
    'them, are taken too.',
  maxProperties: limits.MAX_METRICS,
  propertyNames: { minLength: 1, maxLength: limits.MAX_KEY_LENGTH },
  additionalProperties: { type: ['number', 'null'] },
};

export function snapshotJsonSchema(): JsonSchema {
  const schema = jsonSchemaOf(SnapshotSchema, {
    overrideSchema: ({ valibotSchema }) => (valibotSchema.type === 'custom' ? METRICS : undefined),
  });
  const described = {
    timestamp:
      'When it was measured, ISO 8601; without a zone it is UTC, without a timestamp the time of arrival',
    job_metadata: 'The run; only job_id is required',
    config: `Any JSON, at most ${limits.MAX_DEPTH} levels deep and ${limits.MAX_CONFIG_VALUES} values large`,
    status: 'What the run says of itself; finished and failed end it',
  };
  const properties = { ...schema.properties };
  for (const [name, description] of Object.entries(described)) {
    const property = properties[name];
    if (typeof property === 'object') properties[name] = { ...property, description };
  }
  return {
    ...schema,
    properties,
    description: 'A training snapshot. Beside the run it holds a metric, a status or a config.',
  };
}
