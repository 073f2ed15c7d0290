-- Requests of nothing but gauges, as training loops and their machines send them, in a table of their own: they need neither the
-- step between a request and the views of each type (migration 0008) nor the views of the other types, which cost an insert of a few points
-- a quarter of its processor time. `src/ingest/narrowest-table.ts` tells which requests those are (in migration 0005: `is-plain.ts`),
-- `src/ingest/otlp-tables.ts` prints the first statement.
CREATE TABLE IF NOT EXISTS otlp_gauges {{on_cluster}} (resource_metrics Array(Tuple(resource Tuple(attributes Array(Tuple(key String, value Tuple(kind Enum8('unset' = 0, 'string' = 1, 'bool' = 2, 'int' = 3, 'double' = 4, 'array' = 5, 'map' = 6, 'bytes' = 7), string_value String, bool_value Bool, int_value Int64, double_value Float64, array_value Tuple(values Array(Tuple(kind Enum8('unset' = 0, 'string' = 1, 'bool' = 2, 'int' = 3, 'double' = 4, 'array' = 5, 'map' = 6, 'bytes' = 7), string_value String, bool_value Bool, int_value Int64, double_value Float64, array_value String, kvlist_value String, bytes_value String))), kvlist_value Tuple(values Array(Tuple(key String, value Tuple(kind Enum8('unset' = 0, 'string' = 1, 'bool' = 2, 'int' = 3, 'double' = 4, 'array' = 5, 'map' = 6, 'bytes' = 7), string_value String, bool_value Bool, int_value Int64, double_value Float64, array_value String, kvlist_value String, bytes_value String)))), bytes_value String)))), scope_metrics Array(Tuple(scope Tuple(name String, version String, attributes Array(Tuple(key String, value Tuple(kind Enum8('unset' = 0, 'string' = 1, 'bool' = 2, 'int' = 3, 'double' = 4, 'bytes' = 7), string_value String, bool_value Bool, int_value Int64, double_value Float64, bytes_value String))), dropped_attributes_count UInt32), metrics Array(Tuple(name String, description String, unit String, gauge Tuple(data_points Array(Tuple(start_time_unix_nano UInt64, time_unix_nano UInt64, attributes Array(Tuple(key String, value Tuple(kind Enum8('unset' = 0, 'string' = 1, 'bool' = 2, 'int' = 3, 'double' = 4, 'bytes' = 7), string_value String, bool_value Bool, int_value Int64, double_value Float64, bytes_value String))), flags UInt32, value Enum8('unset' = 0, 'as_double' = 4, 'as_int' = 6), as_double Float64, as_int Int64))))), schema_url String)), schema_url String))) ENGINE = Null;

CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_gauges_mv {{on_cluster}} TO otel_metrics_gauge AS
SELECT
    resource_attributes AS ResourceAttributes,
    resource_schema_url AS ResourceSchemaUrl,
    scope_name AS ScopeName,
    scope_version AS ScopeVersion,
    scope_attributes AS ScopeAttributes,
    scope_dropped AS ScopeDroppedAttrCount,
    scope_schema_url AS ScopeSchemaUrl,
    service_name AS ServiceName,
    name AS MetricName,
    description AS MetricDescription,
    unit AS MetricUnit,
    otlp_plain_map(attributes) AS Attributes,
    otlp_time(start) AS StartTimeUnix,
    otlp_time(time) AS TimeUnix,
    flags AS Flags,
    if(value = 'as_int', toFloat64(as_int), as_double) AS Value,
    otlp_received_at() AS ReceivedAt
FROM (
    SELECT *
    FROM (
        SELECT * REPLACE (otlp_plain_map(scope_attributes) AS scope_attributes), resource_attributes['service.name'] AS service_name
        FROM (
            SELECT * REPLACE (otlp_map(resource_attributes) AS resource_attributes)
            FROM (
                SELECT
                    resource_metrics.resource.attributes AS resource_attributes,
                    resource_metrics.schema_url AS resource_schema_url,
                    resource_metrics.scope_metrics.scope.name AS scope_name,
                    resource_metrics.scope_metrics.scope.version AS scope_version,
                    resource_metrics.scope_metrics.scope.attributes AS scope_attributes,
                    resource_metrics.scope_metrics.scope.dropped_attributes_count AS scope_dropped,
                    resource_metrics.scope_metrics.schema_url AS scope_schema_url,
                    resource_metrics.scope_metrics.metrics.name AS name,
                    resource_metrics.scope_metrics.metrics.description AS description,
                    resource_metrics.scope_metrics.metrics.unit AS unit,
                    resource_metrics.scope_metrics.metrics.gauge.data_points.attributes AS attributes,
                    resource_metrics.scope_metrics.metrics.gauge.data_points.start_time_unix_nano AS start,
                    resource_metrics.scope_metrics.metrics.gauge.data_points.time_unix_nano AS time,
                    resource_metrics.scope_metrics.metrics.gauge.data_points.flags AS flags,
                    resource_metrics.scope_metrics.metrics.gauge.data_points.value AS value,
                    resource_metrics.scope_metrics.metrics.gauge.data_points.as_double AS as_double,
                    resource_metrics.scope_metrics.metrics.gauge.data_points.as_int AS as_int
                FROM otlp_gauges
            )
            ARRAY JOIN
                resource_attributes, resource_schema_url, scope_name, scope_version, scope_attributes,
                scope_dropped, scope_schema_url, name, description, unit, attributes, start, time, flags,
                value, as_double, as_int
        )
        ARRAY JOIN
            scope_name, scope_version, scope_attributes, scope_dropped, scope_schema_url, name,
            description, unit, attributes, start, time, flags, value, as_double, as_int
    )
    ARRAY JOIN name, description, unit, attributes, start, time, flags, value, as_double, as_int
)
ARRAY JOIN attributes, start, time, flags, value, as_double, as_int
-- Without a value: a point that says only that there is none.
WHERE bitAnd(flags, 1) = 0;
