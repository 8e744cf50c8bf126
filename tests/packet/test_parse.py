"""Bytes that are refused before a field is looked at, and those that only look hostile."""

from __future__ import annotations

import json
import time

import pytest

from handoff_core.packet import DEEPEST, LARGEST_PACKET, Packet, PacketInvalid, Problem
from handoff_core.packet.nearest import nearest_first
from handoff_core.packet.parse import parse_object
from handoff_core.testing.factories import make_object, make_packet


def problems(text: bytes | str) -> list[Problem]:
    with pytest.raises(PacketInvalid) as caught:
        Packet.from_json(text)
    return list(caught.value.problems)


def of_size(size: int) -> bytes:
    """A valid packet of exactly so many bytes."""
    content = json.dumps(make_packet(goal="x").to_object(), ensure_ascii=False, separators=(",", ":")).encode()
    return content.replace(b'"goal":"x"', b'"goal":"' + b"x" * (size - len(content) + 1) + b'"')


def test_a_packet_of_one_mebibyte_is_taken_and_one_byte_more_is_not() -> None:
    assert LARGEST_PACKET == 1024 * 1024
    assert len(of_size(LARGEST_PACKET)) == LARGEST_PACKET
    packet = Packet.from_json(of_size(LARGEST_PACKET))
    assert Packet.from_json(packet.to_json()) == packet
    (problem,) = problems(of_size(LARGEST_PACKET + 1))
    assert "1,048,577 bytes" in problem.text
    assert "1,048,576" in problem.text


def test_size_is_counted_in_bytes_not_in_characters() -> None:
    text = json.dumps(make_object(goal="é" * (LARGEST_PACKET // 2)), ensure_ascii=False)
    assert len(text) < LARGEST_PACKET
    assert "bytes" in problems(text)[0].text


def test_a_python_object_has_the_same_limit_of_size() -> None:
    with pytest.raises(PacketInvalid, match="bytes"):
        make_packet(goal="x" * LARGEST_PACKET)
    with pytest.raises(PacketInvalid, match="bytes"):
        Packet.from_object(make_object(goal="x" * LARGEST_PACKET))


def test_what_is_accepted_can_be_read_back_even_when_it_grows() -> None:
    """Times grow when they are written in one way; a packet that would outgrow the limit is refused at the door."""
    events = [{"at": "2026-01-01T00:00:00.1Z", "text": "x"}] * 23_000
    text = json.dumps({**make_object(), "events": events}, separators=(",", ":"))
    assert len(text) < LARGEST_PACKET
    assert "bytes" in problems(text)[0].text


def test_depth_is_refused_before_parsing() -> None:
    (problem,) = problems("[" * 500_000)
    assert "deeper than 32" in problem.text
    (problem,) = problems('{"a":' * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1))
    assert "deeper than 32" in problem.text
    assert "deeper" not in problems('{"a":' * DEEPEST + "1" + "}" * DEEPEST)[0].text


def test_depth_of_a_python_object_is_refused_even_in_a_circle() -> None:
    circle: dict[str, object] = {}
    circle["a"] = circle
    with pytest.raises(PacketInvalid, match="deeper than 32"):
        Packet.from_object(circle)
    deep: object = 1
    for _ in range(DEEPEST + 1):
        deep = [deep]
    with pytest.raises(PacketInvalid, match="deeper than 32"):
        Packet.from_object({"a": deep})


def test_brackets_in_text_do_not_count() -> None:
    hostile = '{[{["\\' * 100
    assert Packet.from_json(make_packet(goal=hostile).to_json()).goal == hostile


@pytest.mark.parametrize(
    "text",
    [
        b'"' + b'\\"' * 400_000,
        b'"' * 1_000_000,
        b'"\\a' * 300_000,
        b"[]" * 500_000,
        b"1" * 1_000_000,
        b'{"a":' + b"9" * 900_000,
    ],
)
def test_hostile_bytes_cost_little_time(text: bytes) -> None:
    begin = time.process_time()
    problems(text)
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"", "line 1, column 1"),
        (b"   ", "not JSON"),
        (b"{", "not JSON"),
        (b'{"id": "a"', "not JSON"),
        (b'{"id": "a",}', "not JSON"),
        (b"{'id': 'a'}", "not JSON"),
        (b'{"id": "a"} {"id": "b"}', "not JSON"),
        (b'{"id": "a\x01"}', "not JSON"),
        (b"\x00", "not JSON"),
        (b"null", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b'"packet"', "not a JSON object"),
        (b"12", "not a JSON object"),
        (b'{"id": "\xff"}', "not UTF-8 (byte 9"),
        ('{"id": "a"}'.encode("utf-16"), "not UTF-8"),
        ('{"id": "é"}'.encode("latin-1"), "not UTF-8"),
        (b"\xed\xa0\x80", "not UTF-8"),
    ],
)
def test_what_is_no_json_object_is_refused_alone(text: bytes, word: str) -> None:
    (problem,) = problems(text)
    assert problem.path == ""
    assert word in problem.text
    assert problem.fix


def test_a_byte_order_mark_is_skipped() -> None:
    packet = make_packet()
    assert Packet.from_json(b"\xef\xbb\xbf" + packet.to_json().encode()) == packet
    assert Packet.from_json("\ufeff" + packet.to_json()) == packet


def test_half_a_surrogate_is_refused_with_its_path() -> None:
    text = make_packet(goal="MARK").to_json()
    assert [problem.path for problem in problems(text.replace("MARK", "\\ud83d"))] == ["goal"]
    assert [problem.path for problem in problems(text.replace("MARK", "\ud83d"))] == ["goal"]
    assert Packet.from_json(text.replace("MARK", "\\ud83d\\ude00")).goal == "😀"


def test_nul_is_refused_with_its_path() -> None:
    text = make_packet(goal="MARK").to_json().replace("MARK", "\\u0000")
    assert [problem.path for problem in problems(text)] == ["goal"]


def test_a_key_that_stands_twice_is_refused_wherever_it_stands() -> None:
    text = make_packet().to_json()
    assert problems(text[:-1] + ',"id":"other"}') == [
        Problem("id", "stands twice in one object", "Keep one of the two; they may differ.")
    ]
    assert problems(text.replace('"level":"high"', '"level":"low","level":"high"'))[0].path == "level"
    extra = text.replace('"warranty_years":5', '"warranty_years":5,"warranty_years":6,"warranty_years":7')
    assert [problem.path for problem in problems(extra)] == ["warranty_years"]


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("9223372036854775808", "64 bits"),
        ("-9223372036854775809", "64 bits"),
        ("1" * 5_000, "64 bits"),
        ("1e999", "too large"),
        ("-1e999", "too large"),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("-Infinity", "Infinity"),
    ],
)
def test_a_number_that_others_cannot_hold_is_refused(number: str, word: str) -> None:
    text = make_packet().to_json().replace('"warranty_years":5', f'"warranty_years":{number}')
    assert word in problems(text)[0].text


def test_the_largest_whole_number_is_taken() -> None:
    text = make_packet().to_json().replace('"warranty_years":5', '"warranty_years":9223372036854775807')
    assert Packet.from_json(text).to_object()["details"]["extra"]["warranty_years"] == 2**63 - 1


def test_problems_of_the_text_and_of_the_fields_come_together() -> None:
    text = make_packet().to_json().replace('"warranty_years":5', '"warranty_years":NaN,"warranty_years":1')
    text = text.replace('"lane":"support"', '"lane":"suport"')
    assert {problem.path for problem in problems(text)} == {"", "warranty_years", "lane"}


def test_the_parser_returns_plain_objects() -> None:
    assert parse_object(b'{"a": [1, 2.5, true, null, "x"]}') == ({"a": [1, 2.5, True, None, "x"]}, ())


def test_a_misspelt_word_gets_the_one_that_was_meant_and_the_others() -> None:
    (problem,) = problems(json.dumps(make_object() | {"lane": "suport"}))
    assert problem.fix.startswith('Did you mean "support"? Write one of: support, sales, ')
    (problem,) = problems(json.dumps(make_object() | {"lane": "zzzz"}))
    assert problem.fix.startswith("Write one of: support, sales, ")


def test_an_unknown_name_gets_a_handful_of_names_the_nearest_first() -> None:
    (problem,) = problems(json.dumps(make_object() | {"foo": 1}))
    assert problem.fix.count(",") <= 7
    assert "more, which `handoff schema packet` lists" in problem.fix
    assert '"details.extra"' in problem.fix
    assert nearest_first("cstmr", Packet.model_fields)[0] == "customer"
