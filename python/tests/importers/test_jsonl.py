import json
import math
from pathlib import Path

import pytest

from ml_otel_bridge._internal.importers.row import ImportFailedError

from .reading import NANO, jsonl_source, read, steps, write


def test_objects_are_flattened_and_bare_nan_is_read(tmp_path: Path) -> None:
    text = (
        '{"iteration": 1, "loss": NaN, "eval": {"map": 0.5, "per": {"a": -Infinity}}}\n'
        '{"iteration": 2, "loss": 1, "done": true, "note": "x", "tags": ["a"], "none": null}\n'
    )
    rows, skipped = read(jsonl_source(write(tmp_path / 'm.jsonl', text)))
    assert math.isnan(rows[0].values['loss'])
    assert {key: value for key, value in rows[0].values.items() if key != 'loss'} == {
        'eval.map': 0.5,
        'eval.per.a': -math.inf,
    }
    assert steps(rows)[1] == (None, 2, {'loss': 1, 'done': 1})
    assert skipped == {"values of 'note' that are no numbers": 1, "values of 'tags' that are no numbers": 1}


def test_columns_are_found_although_the_first_line_is_about_something_else(tmp_path: Path) -> None:
    text = '{"env_info": "python 3"}\n{"timestamp": 1767225600.5, "step": 3, "epoch": 0.5, "loss": 2}\n'
    rows, skipped = read(jsonl_source(write(tmp_path / 'm.json', text)))
    assert steps(rows) == [(0.5, 3, {'loss': 2})]
    assert rows[0].time == 1767225600 * NANO + 500_000_000
    assert skipped["values of 'env_info' that are no numbers"] == 1


def test_what_is_no_object_is_left_out(tmp_path: Path) -> None:
    deep = '{"a":' * 100_000 + '1' + '}' * 100_000
    huge = '{"step": 2, "loss": ' + '9' * 5_000 + '}'
    good, unfinished = '{"step": 1, "loss": 1e999}', '{"step": 4, "lo'
    text = '\n'.join([good, '[1]', '3', 'null', deep, huge, '{"step": 3, "loss": 0}', unfinished])
    rows, skipped = read(jsonl_source(write(tmp_path / 'm.jsonl', text)))
    assert steps(rows) == [(None, 1, {'loss': math.inf}), (None, 3, {'loss': 0})]
    assert skipped == {'lines that are no JSON object': 3, 'lines that are no JSON': 3}


def test_metrics_without_end_are_bounded(tmp_path: Path) -> None:
    lines = [json.dumps({'step': n, **{f'k{n}_{i}': 1 for i in range(500)}}) for n in range(30)]
    rows, skipped = read(jsonl_source(write(tmp_path / 'm.jsonl', '\n'.join(lines))))
    assert sum(len(row.values) for row in rows) == 10_000
    assert skipped['values of metrics past 10000 of one run'] == 5_000
    wide = json.dumps({'step': 1, **{f'k{i}': 1 for i in range(100_000)}})
    rows, skipped = read(jsonl_source(write(tmp_path / 'w.jsonl', wide)))
    assert len(rows[0].values) == 1_000
    assert skipped == {'rows cut off after 1000 metrics': 1}


def test_names_that_are_none(tmp_path: Path) -> None:
    text = json.dumps({'': 1, 'k' * 201: 2, 'ok': 3})
    rows, skipped = read(jsonl_source(write(tmp_path / 'm.jsonl', text)))
    assert [dict(row.values) for row in rows] == [{'ok': 3}]
    assert sum(skipped.values()) == 2


@pytest.mark.parametrize(
    ('text', 'message'), [('', 'has no rows'), ('{"a": \n', 'has no rows .1 lines that are no JSON.')]
)
def test_files_of_which_nothing_can_be_imported(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ImportFailedError, match=message):
        jsonl_source(write(tmp_path / 'm.jsonl', text))
