-- Log records out of OTLP requests.
CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_logs_mv {{on_cluster}} TO otel_logs AS
SELECT
    otlp_time(if(time_unix_nano = 0, observed_time_unix_nano, time_unix_nano)) AS Timestamp,
    otlp_id(trace_id) AS TraceId,
    otlp_id(span_id) AS SpanId,
    toUInt8(flags) AS TraceFlags,
    severity_text AS SeverityText,
    toUInt8(severity_number) AS SeverityNumber,
    resource_attributes['service.name'] AS ServiceName,
    otlp_text_3(body) AS Body,
    resource_schema_url AS ResourceSchemaUrl,
    resource_attributes AS ResourceAttributes,
    scope_schema_url AS ScopeSchemaUrl,
    scope_name AS ScopeName,
    scope_version AS ScopeVersion,
    scope_attributes AS ScopeAttributes,
    otlp_map(attributes) AS LogAttributes,
    event_name AS EventName,
    otlp_received_at() AS ReceivedAt
FROM (
    SELECT * REPLACE (otlp_map(scope_attributes) AS scope_attributes)
    FROM (
        SELECT * REPLACE (otlp_map(resource_attributes) AS resource_attributes)
        FROM (
            SELECT
                resource_logs.resource.attributes AS resource_attributes,
                resource_logs.schema_url AS resource_schema_url,
                resource_logs.scope_logs.scope.name AS scope_name,
                resource_logs.scope_logs.scope.version AS scope_version,
                resource_logs.scope_logs.scope.attributes AS scope_attributes,
                resource_logs.scope_logs.schema_url AS scope_schema_url,
                resource_logs.scope_logs.log_records.time_unix_nano AS time_unix_nano,
                resource_logs.scope_logs.log_records.observed_time_unix_nano AS observed_time_unix_nano,
                resource_logs.scope_logs.log_records.severity_number AS severity_number,
                resource_logs.scope_logs.log_records.severity_text AS severity_text,
                resource_logs.scope_logs.log_records.body AS body,
                resource_logs.scope_logs.log_records.attributes AS attributes,
                resource_logs.scope_logs.log_records.flags AS flags,
                resource_logs.scope_logs.log_records.trace_id AS trace_id,
                resource_logs.scope_logs.log_records.span_id AS span_id,
                resource_logs.scope_logs.log_records.event_name AS event_name
            FROM otlp_logs
        )
        ARRAY JOIN
            resource_attributes, resource_schema_url, scope_name, scope_version, scope_attributes,
            scope_schema_url, time_unix_nano, observed_time_unix_nano, severity_number,
            severity_text, body, attributes, flags, trace_id, span_id, event_name
    )
    ARRAY JOIN
        scope_name, scope_version, scope_attributes, scope_schema_url, time_unix_nano,
        observed_time_unix_nano, severity_number, severity_text, body, attributes, flags, trace_id,
        span_id, event_name
)
ARRAY JOIN
    time_unix_nano, observed_time_unix_nano, severity_number, severity_text, body, attributes,
    flags, trace_id, span_id, event_name;

-- The same out of plain requests.
CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_logs_plain_mv {{on_cluster}} TO otel_logs AS
SELECT
    otlp_time(if(time_unix_nano = 0, observed_time_unix_nano, time_unix_nano)) AS Timestamp,
    otlp_id(trace_id) AS TraceId,
    otlp_id(span_id) AS SpanId,
    toUInt8(flags) AS TraceFlags,
    severity_text AS SeverityText,
    toUInt8(severity_number) AS SeverityNumber,
    resource_attributes['service.name'] AS ServiceName,
    otlp_plain_text(body) AS Body,
    resource_schema_url AS ResourceSchemaUrl,
    resource_attributes AS ResourceAttributes,
    scope_schema_url AS ScopeSchemaUrl,
    scope_name AS ScopeName,
    scope_version AS ScopeVersion,
    scope_attributes AS ScopeAttributes,
    otlp_plain_map(attributes) AS LogAttributes,
    event_name AS EventName,
    otlp_received_at() AS ReceivedAt
FROM (
    SELECT * REPLACE (otlp_plain_map(scope_attributes) AS scope_attributes)
    FROM (
        SELECT * REPLACE (otlp_map(resource_attributes) AS resource_attributes)
        FROM (
            SELECT
                resource_logs.resource.attributes AS resource_attributes,
                resource_logs.schema_url AS resource_schema_url,
                resource_logs.scope_logs.scope.name AS scope_name,
                resource_logs.scope_logs.scope.version AS scope_version,
                resource_logs.scope_logs.scope.attributes AS scope_attributes,
                resource_logs.scope_logs.schema_url AS scope_schema_url,
                resource_logs.scope_logs.log_records.time_unix_nano AS time_unix_nano,
                resource_logs.scope_logs.log_records.observed_time_unix_nano AS observed_time_unix_nano,
                resource_logs.scope_logs.log_records.severity_number AS severity_number,
                resource_logs.scope_logs.log_records.severity_text AS severity_text,
                resource_logs.scope_logs.log_records.body AS body,
                resource_logs.scope_logs.log_records.attributes AS attributes,
                resource_logs.scope_logs.log_records.flags AS flags,
                resource_logs.scope_logs.log_records.trace_id AS trace_id,
                resource_logs.scope_logs.log_records.span_id AS span_id,
                resource_logs.scope_logs.log_records.event_name AS event_name
            FROM otlp_logs_plain
        )
        ARRAY JOIN
            resource_attributes, resource_schema_url, scope_name, scope_version, scope_attributes,
            scope_schema_url, time_unix_nano, observed_time_unix_nano, severity_number,
            severity_text, body, attributes, flags, trace_id, span_id, event_name
    )
    ARRAY JOIN
        scope_name, scope_version, scope_attributes, scope_schema_url, time_unix_nano,
        observed_time_unix_nano, severity_number, severity_text, body, attributes, flags, trace_id,
        span_id, event_name
)
ARRAY JOIN
    time_unix_nano, observed_time_unix_nano, severity_number, severity_text, body, attributes,
    flags, trace_id, span_id, event_name;
