-- Spans out of OTLP requests.
CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_traces_mv {{on_cluster}} TO otel_traces AS
SELECT
    otlp_time(span.start_time_unix_nano) AS Timestamp,
    otlp_id(span.trace_id) AS TraceId,
    otlp_id(span.span_id) AS SpanId,
    otlp_id(span.parent_span_id) AS ParentSpanId,
    span.trace_state AS TraceState,
    span.name AS SpanName,
    transform(span.kind, [0, 1, 2, 3, 4, 5], ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'], '') AS SpanKind,
    ResourceAttributes['service.name'] AS ServiceName,
    ResourceAttributes,
    ScopeName,
    ScopeVersion,
    otlp_map(span.attributes) AS SpanAttributes,
    -- Of a span that ends before it begins the exporter stores this difference, too.
    reinterpretAsUInt64(span.end_time_unix_nano - span.start_time_unix_nano) AS Duration,
    transform(span.status.code, [0, 1, 2], ['Unset', 'Ok', 'Error'], '') AS StatusCode,
    span.status.message AS StatusMessage,
    arrayMap(t -> otlp_time(t), span.events.time_unix_nano) AS `Events.Timestamp`,
    span.events.name AS `Events.Name`,
    arrayMap(a -> otlp_map(a), span.events.attributes) AS `Events.Attributes`,
    arrayMap(id -> otlp_id(id), span.links.trace_id) AS `Links.TraceId`,
    arrayMap(id -> otlp_id(id), span.links.span_id) AS `Links.SpanId`,
    span.links.trace_state AS `Links.TraceState`,
    arrayMap(a -> otlp_map(a), span.links.attributes) AS `Links.Attributes`,
    otlp_received_at() AS ReceivedAt
FROM (
    SELECT ResourceAttributes, scope_spans.scope.name AS ScopeName, scope_spans.scope.version AS ScopeVersion, scope_spans.spans AS spans
    FROM (
        SELECT otlp_map(rs.resource.attributes) AS ResourceAttributes, rs.scope_spans AS scope_spans
        FROM (SELECT arrayJoin(resource_spans) AS rs FROM otlp_traces)
    )
    ARRAY JOIN scope_spans
)
ARRAY JOIN spans AS span;
