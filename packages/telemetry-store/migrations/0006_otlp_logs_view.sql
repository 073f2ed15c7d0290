-- Log records out of OTLP requests.
CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_logs_mv {{on_cluster}} TO otel_logs AS
SELECT
    otlp_time(if(record.time_unix_nano = 0, record.observed_time_unix_nano, record.time_unix_nano)) AS Timestamp,
    otlp_id(record.trace_id) AS TraceId,
    otlp_id(record.span_id) AS SpanId,
    toUInt8(record.flags) AS TraceFlags,
    record.severity_text AS SeverityText,
    toUInt8(record.severity_number) AS SeverityNumber,
    ResourceAttributes['service.name'] AS ServiceName,
    otlp_text_3(record.body) AS Body,
    ResourceSchemaUrl,
    ResourceAttributes,
    ScopeSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    otlp_map(record.attributes) AS LogAttributes,
    record.event_name AS EventName,
    otlp_received_at() AS ReceivedAt
FROM (
    SELECT
        ResourceAttributes,
        ResourceSchemaUrl,
        scope_logs.scope.name AS ScopeName,
        scope_logs.scope.version AS ScopeVersion,
        otlp_map(scope_logs.scope.attributes) AS ScopeAttributes,
        scope_logs.schema_url AS ScopeSchemaUrl,
        scope_logs.log_records AS records
    FROM (
        SELECT otlp_map(rl.resource.attributes) AS ResourceAttributes, rl.schema_url AS ResourceSchemaUrl, rl.scope_logs AS scope_logs
        FROM (SELECT arrayJoin(resource_logs) AS rl FROM otlp_logs)
    )
    ARRAY JOIN scope_logs
)
ARRAY JOIN records AS record;
