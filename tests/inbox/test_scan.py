"""Telling from outside whether JSON is whole."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff_core.inbox.scan import Shape, elements, shape

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
few = settings(deadline=None, max_examples=60)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"", Shape.EMPTY),
        (b" \r\n\t", Shape.EMPTY),
        (b"{}", Shape.WHOLE),
        (b' [1, "]"] \n', Shape.WHOLE),
        (rb'{"a": "\\"}', Shape.WHOLE),
        (rb'{"a": "\"}', Shape.CUT),
        (b"{", Shape.CUT),
        (b'{"a": "', Shape.CUT),
        (b'{"a": "\\', Shape.CUT),
        (b"[{}", Shape.CUT),
        (b"{}{}", Shape.MORE),
        (b"{}\n{}", Shape.MORE),
        (b"hello", Shape.WHOLE),
    ],
)
def test_shapes(text: bytes, wanted: Shape) -> None:
    assert shape(text) is wanted


@few
@given(st.dictionaries(st.text(max_size=5), VALUES, min_size=1, max_size=3) | st.lists(VALUES, min_size=1, max_size=3))
def test_whole_json_is_whole_and_cut_json_is_cut(value: object) -> None:
    text = json.dumps(value).encode()

    assert shape(text) is Shape.WHOLE
    assert all(shape(text[:end]) is Shape.CUT for end in range(1, len(text)))


@few
@given(st.lists(VALUES, max_size=5))
def test_elements_are_those_of_the_array(values: list[object]) -> None:
    for text in (json.dumps(values), json.dumps(values, indent=2)):
        assert [json.loads(one) for one in elements(text.encode())] == values


@pytest.mark.parametrize(
    "text", [b"[" * 500_000, b'"' * 500_001, b"[" + b'"\\' * 1_000_000, b"[" + b"," * 500_000 + b"]"]
)
def test_hostile_text_costs_no_more_than_reading_it(text: bytes) -> None:
    began = time.process_time()

    shape(text)

    assert time.process_time() - began < 5
