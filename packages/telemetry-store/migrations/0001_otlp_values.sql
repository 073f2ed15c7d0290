-- How an OTLP AnyValue becomes text: as the collector's exporter writes it (pdata's Value.AsString), so that a row is the
-- same whichever way it came. The functions are macros: a view holds their text from when it was created, so a changed
-- function changes no view. `(v).kind` and not `v.kind`, because a macro replaces whole names only.

-- As ECMAScript prints a number, which ClickHouse does, too, but for the plus sign of an exponent.
CREATE OR REPLACE FUNCTION otlp_number {{on_cluster}} AS (x) -> replaceRegexpOne(toString(x), 'e(\\d)', 'e+\\1');

-- Below this level nothing is decoded: the protobuf bytes of the array or map, marked as such, so that a reader can.
CREATE OR REPLACE FUNCTION otlp_json_0 {{on_cluster}} AS (v) -> multiIf(
    (v).kind = 'array', if((v).array_value = '', '[]', concat('{"otlp.array_value":"', base64Encode((v).array_value), '"}')),
    (v).kind = 'map', if((v).kvlist_value = '', '{}', concat('{"otlp.kvlist_value":"', base64Encode((v).kvlist_value), '"}')),
    (v).kind = 'string', toJSONString((v).string_value),
    (v).kind = 'int', toString((v).int_value),
    (v).kind = 'double', transform(otlp_number((v).double_value), ['nan', 'inf', '-inf'], ['"NaN"', '"Infinity"', '"-Infinity"']),
    (v).kind = 'bool', toString((v).bool_value),
    (v).kind = 'bytes', concat('"', base64Encode((v).bytes_value), '"'),
    'null');

-- The keys of a map in order, as Go's encoder writes them. What JSON has no number for is its name, as a string.
CREATE OR REPLACE FUNCTION otlp_json_1 {{on_cluster}} AS (v) -> multiIf(
    (v).kind = 'array', concat('[', arrayStringConcat(arrayMap(v0 -> otlp_json_0(v0), ((v).array_value).values), ','), ']'),
    (v).kind = 'map', concat('{', arrayStringConcat(arrayMap(p0 -> concat(toJSONString((p0).key), ':', otlp_json_0((p0).value)), arraySort(p -> (p).key, ((v).kvlist_value).values)), ','), '}'),
    (v).kind = 'string', toJSONString((v).string_value),
    (v).kind = 'int', toString((v).int_value),
    (v).kind = 'double', transform(otlp_number((v).double_value), ['nan', 'inf', '-inf'], ['"NaN"', '"Infinity"', '"-Infinity"']),
    (v).kind = 'bool', toString((v).bool_value),
    (v).kind = 'bytes', concat('"', base64Encode((v).bytes_value), '"'),
    'null');

CREATE OR REPLACE FUNCTION otlp_json_2 {{on_cluster}} AS (v) -> multiIf(
    (v).kind = 'array', concat('[', arrayStringConcat(arrayMap(v1 -> otlp_json_1(v1), ((v).array_value).values), ','), ']'),
    (v).kind = 'map', concat('{', arrayStringConcat(arrayMap(p1 -> concat(toJSONString((p1).key), ':', otlp_json_1((p1).value)), arraySort(p -> (p).key, ((v).kvlist_value).values)), ','), '}'),
    (v).kind = 'string', toJSONString((v).string_value),
    (v).kind = 'int', toString((v).int_value),
    (v).kind = 'double', transform(otlp_number((v).double_value), ['nan', 'inf', '-inf'], ['"NaN"', '"Infinity"', '"-Infinity"']),
    (v).kind = 'bool', toString((v).bool_value),
    (v).kind = 'bytes', concat('"', base64Encode((v).bytes_value), '"'),
    'null');

-- An attribute's value.
CREATE OR REPLACE FUNCTION otlp_text_1 {{on_cluster}} AS (v) -> multiIf(
    (v).kind = 'string', (v).string_value,
    (v).kind = 'int', toString((v).int_value),
    (v).kind = 'double', transform(otlp_number((v).double_value), ['nan', 'inf', '-inf'], ['NaN', 'Infinity', '-Infinity']),
    (v).kind = 'bool', toString((v).bool_value),
    (v).kind = 'array', concat('[', arrayStringConcat(arrayMap(v0 -> otlp_json_0(v0), ((v).array_value).values), ','), ']'),
    (v).kind = 'map', concat('{', arrayStringConcat(arrayMap(p0 -> concat(toJSONString((p0).key), ':', otlp_json_0((p0).value)), arraySort(p -> (p).key, ((v).kvlist_value).values)), ','), '}'),
    (v).kind = 'bytes', base64Encode((v).bytes_value),
    '');

-- A log's body.
CREATE OR REPLACE FUNCTION otlp_text_3 {{on_cluster}} AS (v) -> multiIf(
    (v).kind = 'string', (v).string_value,
    (v).kind = 'int', toString((v).int_value),
    (v).kind = 'double', transform(otlp_number((v).double_value), ['nan', 'inf', '-inf'], ['NaN', 'Infinity', '-Infinity']),
    (v).kind = 'bool', toString((v).bool_value),
    (v).kind = 'array', concat('[', arrayStringConcat(arrayMap(v2 -> otlp_json_2(v2), ((v).array_value).values), ','), ']'),
    (v).kind = 'map', concat('{', arrayStringConcat(arrayMap(p2 -> concat(toJSONString((p2).key), ':', otlp_json_2((p2).value)), arraySort(p -> (p).key, ((v).kvlist_value).values)), ','), '}'),
    (v).kind = 'bytes', base64Encode((v).bytes_value),
    '');

-- By key, as the exporter orders them: the attributes of a series are the same text from whichever sender.
CREATE OR REPLACE FUNCTION otlp_map {{on_cluster}} AS (attributes) ->
    mapSort(mapFromArrays((attributes).key, arrayMap(v -> otlp_text_1(v), (attributes).value)));

-- The same of values that are neither arrays nor maps.
CREATE OR REPLACE FUNCTION otlp_plain_text {{on_cluster}} AS (v) -> multiIf(
    (v).kind = 'string', (v).string_value,
    (v).kind = 'int', toString((v).int_value),
    (v).kind = 'double', transform(otlp_number((v).double_value), ['nan', 'inf', '-inf'], ['NaN', 'Infinity', '-Infinity']),
    (v).kind = 'bool', toString((v).bool_value),
    (v).kind = 'bytes', base64Encode((v).bytes_value),
    '');

CREATE OR REPLACE FUNCTION otlp_plain_map {{on_cluster}} AS (attributes) ->
    mapSort(mapFromArrays((attributes).key, arrayMap(v -> otlp_plain_text(v), (attributes).value)));

-- An id of zeros, or none, is empty.
CREATE OR REPLACE FUNCTION otlp_id {{on_cluster}} AS (id) -> if(match(id, '^\\0*$'), '', lower(hex(id)));

CREATE OR REPLACE FUNCTION otlp_time {{on_cluster}} AS (nanos) -> fromUnixTimestamp64Nano(reinterpretAsInt64(nanos));

-- When the batch came: its deduplication token begins with the milliseconds. A batch that is repeated after midnight
-- must fall into the partition of its first try, where its token is known.
CREATE OR REPLACE FUNCTION otlp_received_at {{on_cluster}} AS () -> toDateTime(if(
    match(getSetting('insert_deduplication_token'), '^\\d{13}\\.'),
    toUInt32(intDiv(toUInt64OrZero(substring(getSetting('insert_deduplication_token'), 1, 13)), 1000)),
    toUInt32(now())), 'UTC');
