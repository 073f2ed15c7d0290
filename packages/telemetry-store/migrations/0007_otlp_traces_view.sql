-- Spans out of OTLP requests.
CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_traces_mv {{on_cluster}} TO otel_traces AS
SELECT
    otlp_time(start_time) AS Timestamp,
    otlp_id(trace_id) AS TraceId,
    otlp_id(span_id) AS SpanId,
    otlp_id(parent_span_id) AS ParentSpanId,
    trace_state AS TraceState,
    name AS SpanName,
    transform(kind, [0, 1, 2, 3, 4, 5], ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'], '') AS SpanKind,
    resource_attributes['service.name'] AS ServiceName,
    resource_attributes AS ResourceAttributes,
    scope_name AS ScopeName,
    scope_version AS ScopeVersion,
    otlp_map(attributes) AS SpanAttributes,
    -- Of a span that ends before it begins the exporter stores this difference, too.
    reinterpretAsUInt64(end_time - start_time) AS Duration,
    transform(status_code, [0, 1, 2], ['Unset', 'Ok', 'Error'], '') AS StatusCode,
    status_message AS StatusMessage,
    arrayMap(t -> otlp_time(t), event_times) AS `Events.Timestamp`,
    event_names AS `Events.Name`,
    arrayMap(a -> otlp_map(a), event_attributes) AS `Events.Attributes`,
    arrayMap(id -> otlp_id(id), link_trace_ids) AS `Links.TraceId`,
    arrayMap(id -> otlp_id(id), link_span_ids) AS `Links.SpanId`,
    link_trace_states AS `Links.TraceState`,
    arrayMap(a -> otlp_map(a), link_attributes) AS `Links.Attributes`,
    otlp_received_at() AS ReceivedAt
FROM (
    SELECT *
    FROM (
        SELECT * REPLACE (otlp_map(resource_attributes) AS resource_attributes)
        FROM (
            SELECT
                resource_spans.resource.attributes AS resource_attributes,
                resource_spans.scope_spans.scope.name AS scope_name,
                resource_spans.scope_spans.scope.version AS scope_version,
                resource_spans.scope_spans.spans.start_time_unix_nano AS start_time,
                resource_spans.scope_spans.spans.end_time_unix_nano AS end_time,
                resource_spans.scope_spans.spans.parent_span_id AS parent_span_id,
                resource_spans.scope_spans.spans.trace_id AS trace_id,
                resource_spans.scope_spans.spans.span_id AS span_id,
                resource_spans.scope_spans.spans.trace_state AS trace_state,
                resource_spans.scope_spans.spans.name AS name,
                resource_spans.scope_spans.spans.kind AS kind,
                resource_spans.scope_spans.spans.attributes AS attributes,
                resource_spans.scope_spans.spans.status.code AS status_code,
                resource_spans.scope_spans.spans.status.message AS status_message,
                resource_spans.scope_spans.spans.events.time_unix_nano AS event_times,
                resource_spans.scope_spans.spans.events.name AS event_names,
                resource_spans.scope_spans.spans.events.attributes AS event_attributes,
                resource_spans.scope_spans.spans.links.trace_id AS link_trace_ids,
                resource_spans.scope_spans.spans.links.span_id AS link_span_ids,
                resource_spans.scope_spans.spans.links.trace_state AS link_trace_states,
                resource_spans.scope_spans.spans.links.attributes AS link_attributes
            FROM otlp_traces
        )
        ARRAY JOIN
            resource_attributes, scope_name, scope_version, start_time, end_time, parent_span_id,
            trace_id, span_id, trace_state, name, kind, attributes, status_code, status_message,
            event_times, event_names, event_attributes, link_trace_ids, link_span_ids,
            link_trace_states, link_attributes
    )
    ARRAY JOIN
        scope_name, scope_version, start_time, end_time, parent_span_id, trace_id, span_id,
        trace_state, name, kind, attributes, status_code, status_message, event_times, event_names,
        event_attributes, link_trace_ids, link_span_ids, link_trace_states, link_attributes
)
ARRAY JOIN
    start_time, end_time, parent_span_id, trace_id, span_id, trace_state, name, kind, attributes,
    status_code, status_message, event_times, event_names, event_attributes, link_trace_ids,
    link_span_ids, link_trace_states, link_attributes;

-- The same out of plain requests.
CREATE MATERIALIZED VIEW IF NOT EXISTS otlp_traces_plain_mv {{on_cluster}} TO otel_traces AS
SELECT
    otlp_time(start_time) AS Timestamp,
    otlp_id(trace_id) AS TraceId,
    otlp_id(span_id) AS SpanId,
    otlp_id(parent_span_id) AS ParentSpanId,
    trace_state AS TraceState,
    name AS SpanName,
    transform(kind, [0, 1, 2, 3, 4, 5], ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'], '') AS SpanKind,
    resource_attributes['service.name'] AS ServiceName,
    resource_attributes AS ResourceAttributes,
    scope_name AS ScopeName,
    scope_version AS ScopeVersion,
    otlp_plain_map(attributes) AS SpanAttributes,
    -- Of a span that ends before it begins the exporter stores this difference, too.
    reinterpretAsUInt64(end_time - start_time) AS Duration,
    transform(status_code, [0, 1, 2], ['Unset', 'Ok', 'Error'], '') AS StatusCode,
    status_message AS StatusMessage,
    arrayMap(t -> otlp_time(t), event_times) AS `Events.Timestamp`,
    event_names AS `Events.Name`,
    arrayMap(a -> otlp_plain_map(a), event_attributes) AS `Events.Attributes`,
    arrayMap(id -> otlp_id(id), link_trace_ids) AS `Links.TraceId`,
    arrayMap(id -> otlp_id(id), link_span_ids) AS `Links.SpanId`,
    link_trace_states AS `Links.TraceState`,
    arrayMap(a -> otlp_plain_map(a), link_attributes) AS `Links.Attributes`,
    otlp_received_at() AS ReceivedAt
FROM (
    SELECT *
    FROM (
        SELECT * REPLACE (otlp_map(resource_attributes) AS resource_attributes)
        FROM (
            SELECT
                resource_spans.resource.attributes AS resource_attributes,
                resource_spans.scope_spans.scope.name AS scope_name,
                resource_spans.scope_spans.scope.version AS scope_version,
                resource_spans.scope_spans.spans.start_time_unix_nano AS start_time,
                resource_spans.scope_spans.spans.end_time_unix_nano AS end_time,
                resource_spans.scope_spans.spans.parent_span_id AS parent_span_id,
                resource_spans.scope_spans.spans.trace_id AS trace_id,
                resource_spans.scope_spans.spans.span_id AS span_id,
                resource_spans.scope_spans.spans.trace_state AS trace_state,
                resource_spans.scope_spans.spans.name AS name,
                resource_spans.scope_spans.spans.kind AS kind,
                resource_spans.scope_spans.spans.attributes AS attributes,
                resource_spans.scope_spans.spans.status.code AS status_code,
                resource_spans.scope_spans.spans.status.message AS status_message,
                resource_spans.scope_spans.spans.events.time_unix_nano AS event_times,
                resource_spans.scope_spans.spans.events.name AS event_names,
                resource_spans.scope_spans.spans.events.attributes AS event_attributes,
                resource_spans.scope_spans.spans.links.trace_id AS link_trace_ids,
                resource_spans.scope_spans.spans.links.span_id AS link_span_ids,
                resource_spans.scope_spans.spans.links.trace_state AS link_trace_states,
                resource_spans.scope_spans.spans.links.attributes AS link_attributes
            FROM otlp_traces_plain
        )
        ARRAY JOIN
            resource_attributes, scope_name, scope_version, start_time, end_time, parent_span_id,
            trace_id, span_id, trace_state, name, kind, attributes, status_code, status_message,
            event_times, event_names, event_attributes, link_trace_ids, link_span_ids,
            link_trace_states, link_attributes
    )
    ARRAY JOIN
        scope_name, scope_version, start_time, end_time, parent_span_id, trace_id, span_id,
        trace_state, name, kind, attributes, status_code, status_message, event_times, event_names,
        event_attributes, link_trace_ids, link_span_ids, link_trace_states, link_attributes
)
ARRAY JOIN
    start_time, end_time, parent_span_id, trace_id, span_id, trace_state, name, kind, attributes,
    status_code, status_message, event_times, event_names, event_attributes, link_trace_ids,
    link_span_ids, link_trace_states, link_attributes;
