"""What cannot be accepted, and how the refusal reads."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from handoff_core.packet import Packet, PacketInvalid, Problem
from handoff_core.packet.problems import MOST
from handoff_core.testing.factories import make_object


def problems(**overrides: Any) -> dict[str, Problem]:
    """The problems of a full packet with these fields, by path."""
    with pytest.raises(PacketInvalid) as caught:
        Packet.from_object(make_object(**overrides))
    return {problem.path: problem for problem in caught.value.problems}


TURN = {"speaker": "customer", "text": "x"}

MALFORMED: list[tuple[dict[str, Any], str, str]] = [
    # what is given, where it is refused, a word of the text or the fix
    ({"id": None}, "id", "missing"),
    ({"id": ""}, "id", "not a packet id"),
    ({"id": "-a"}, "id", "not a packet id"),
    ({"id": "a b"}, "id", "not a packet id"),
    ({"id": "a/b"}, "id", "not a packet id"),
    ({"id": "a\n"}, "id", "not a packet id"),
    ({"id": "é"}, "id", "not a packet id"),
    ({"id": "a" * 65}, "id", "1 to 64"),
    ({"id": 5}, "id", "not text"),
    ({"schema": "handoff.packet/2"}, "schema", "handoff.packet/1"),
    ({"schema": 1}, "schema", "handoff.packet/1"),
    ({"schema_": "handoff.packet/1"}, "schema_", '"schema"'),
    ({"revision": 0}, "revision", "at least 1"),
    ({"revision": "5"}, "revision", "whole number"),
    ({"revision": True}, "revision", "whole number"),
    ({"revision": 1.5}, "revision", "whole number"),
    ({"revision": 2**63}, "revision", "at most"),
    ({"made_at": 1_700_000_000}, "made_at", "RFC 3339"),
    ({"made_at": "2026-01-01"}, "made_at", "offset"),
    ({"made_at": "2026-01-01T10:00:00"}, "made_at", "offset"),
    ({"made_at": "2026-02-30T10:00:00Z"}, "made_at", "offset"),
    ({"made_at": "2026-01-01T24:00:00Z"}, "made_at", "offset"),
    ({"made_at": "0001-01-01T00:00:00+14:00"}, "made_at", "offset"),
    ({"made_at": "9999-12-31T23:59:60Z"}, "made_at", "offset"),
    ({"made_at": "9999-12-29T23:59:60Z"}, "made_at", "offset"),  # the moment after it could not be read back
    ({"made_at": datetime(2026, 1, 1)}, "made_at", "offset"),
    ({"lane": None}, "lane", "owner_escalation"),
    ({"details": None, "lane": "suport"}, "lane", "one of"),
    ({"channel": "phone"}, "channel", "call, chat"),
    ({"channel": "Call"}, "channel", "call, chat"),
    ({"summary": None}, "summary", "missing"),
    ({"summary": " \t\n"}, "summary", "blank"),
    ({"summary": 12}, "summary", "not text"),
    ({"summary": "a\x00b"}, "summary", "NUL"),
    ({"goal": "\ud83d"}, "goal", "surrogate"),
    ({"goal": ["x"]}, "goal", "not text"),
    ({"sumary": "x"}, "sumary", '"summary"'),
    ({"next-action": {"text": "x"}}, "next-action", '"next_action"'),
    ({"zebra": 1}, "zebra", "details.extra"),
    ({"state": "new"}, "state", "object"),
    ({"state": {"status": "open"}}, "state.status", "waiting_customer"),
    ({"customer": []}, "customer", "object"),
    ({"customer": {"mail": "x"}}, "customer.mail", '"email"'),
    ({"customer": {"external_ids": {"crm": True}}}, "customer.external_ids.crm", "not text"),
    ({"customer": {"external_ids": ["crm"]}}, "customer.external_ids", "object"),
    ({"customer": {"external_ids": {"a\x00": "1"}}}, 'customer.external_ids."a\\u0000"', "NUL"),
    ({"next_action": "call"}, "next_action", "object"),
    ({"next_action": {}}, "next_action.text", "missing"),
    ({"next_action": {"text": ""}}, "next_action.text", "blank"),
    ({"next_action": {"text": "x", "due": "tomorrow"}}, "next_action.due", "RFC 3339"),
    ({"definition_of_done": "done"}, "definition_of_done", "list"),
    ({"definition_of_done": [None]}, "definition_of_done.0", "not text"),
    ({"owner": {}}, "owner", '"id"'),
    ({"owner": "dana"}, "owner", "object"),
    ({"owner": {"id": "dana", "team": True}}, "owner.team", "known name"),
    ({"escalation": {"text": "x"}}, "escalation.reason", "low_confidence"),
    ({"escalation": {"reason": "angry"}}, "escalation.reason", "low_confidence"),
    ({"urgency": "high"}, "urgency", "object"),
    ({"urgency": {"level": "urgent"}}, "urgency.level", "critical, high, normal, low"),
    ({"nature": "odd"}, "nature", "routine, ambiguous, sensitive"),
    ({"confidence": 1.01}, "confidence", "at most 1"),
    ({"confidence": -0.1}, "confidence", "at least 0"),
    ({"confidence": "0.5"}, "confidence", "not a number"),
    ({"confidence": True}, "confidence", "not a number"),
    ({"confidence": float("nan")}, "confidence", "finite"),
    ({"confidence": float("inf")}, "confidence", "finite"),
    ({"classification": {"complexity": "hard"}}, "classification.complexity", "low, medium, high"),
    ({"events": {"text": "x"}}, "events", "list"),
    ({"events": [{"text": "x", "turn": -1}]}, "events.0.turn", "at least 0"),
    ({"attempts": [{"action": "x"}, {"action": "y", "outcome": "ok"}]}, "attempts.1.outcome", "partial"),
    ({"facts": [{"name": "a"}]}, "facts.0.value", "missing"),
    ({"facts": [{"name": "a", "value": []}]}, "facts.0.value", "neither text"),
    ({"facts": [{"name": "a", "value": 2**63}]}, "facts.0.value", "64 bits"),
    ({"facts": [{"name": "a", "value": float("nan")}]}, "facts.0.value", "finite"),
    ({"facts": [{"name": "a", "value": 1, "sensitivity": "secret"}]}, "facts.0.sensitivity", "personal"),
    ({"unknowns": ["why"]}, "unknowns.0", "object"),
    ({"decisions_needed": [{"question": "x", "options": "a"}]}, "decisions_needed.0.options", "list"),
    ({"constraints": [{"text": "x", "kind": "soft"}]}, "constraints.0.kind", "must_not_change"),
    ({"commitments": [{"text": "x", "status": "done"}]}, "commitments.0.status", "open, kept, broken"),
    ({"sources": [{}]}, "sources.0.label", "missing"),
    ({"sources": [{"label": "x", "open_first": "yes"}]}, "sources.0.open_first", "true"),
    ({"sources": [{"label": "x", "open_first": 1}]}, "sources.0.open_first", "true"),
    ({"transcript": [TURN, {"speaker": "bot", "text": "x"}]}, "transcript.1.speaker", "customer, ai"),
    ({"transcript": [{**TURN, "sentiment": 1.5}]}, "transcript.0.sentiment", "at most 1"),
    ({"transcript": [{**TURN, "sentiment": -2}]}, "transcript.0.sentiment", "at least -1"),
    ({"privacy": {"consent": {"contact": True}}}, "privacy.consent.contact", "granted"),
    ({"announcement": {"told_at": None}}, "announcement.text", "missing"),
    ({"details": []}, "details", "object"),
    ({"details": {"orderid": "1"}}, "details.orderid", '"order_id"'),
    ({"details": {"extra": {"a": [1]}}}, "details.extra.a", "neither text"),
    ({"details": {"extra": {"a": None}}}, "details.extra.a", "neither text"),
    ({"details": {"extra": {"a": 2**64}}}, "details.extra.a", "64 bits"),
    ({"producer": {"name": "x", "version": "1"}}, "producer.version", "prompt_version"),
    ({"to": "planner"}, "to", "agent:planner"),
    ({"to": "agent:"}, "to", "agent:planner"),
    ({"to": "agent:a b"}, "to", "agent:planner"),
]


@pytest.mark.parametrize(
    ("given", "path", "word"), MALFORMED, ids=[f"{path}-{i}" for i, (_, path, _) in enumerate(MALFORMED)]
)
def test_a_malformed_field_is_refused_with_its_path_and_a_fix(given: dict[str, Any], path: str, word: str) -> None:
    found = problems(**given)
    assert list(found) == [path]
    assert word in found[path].text + " " + found[path].fix
    assert found[path].text
    assert found[path].fix


URLS = {
    "javascript:alert(1)": "http",
    "data:text/html,x": "http",
    "ftp://host.example/x": "http",
    "//host.example/x": "http",
    "host.example/x": "http",
    "": "http",
    "http://": "host",
    "https:///path": "host",
    "https://user:pw@host.example/": "password",
    "https://user@host.example/": "password",
    "https://host.example/a b": "space",
    "https://host.example/\n": "control",
    "https://host.example/\u0007": "control",
    "https://host.example/\u2028": "space",
    " https://host.example/": "space",
    "https://host.example\\@evil.example/": "sign",
    "https://host.example/<script>": "sign",
    "https://[::1/": "not a url",
    "https://host.example:99999/": "not a url",
    "https://host.example/" + "a" * 2_000: "2,000",
}


@pytest.mark.parametrize("url", list(URLS))
def test_an_unsafe_url_is_refused(url: str) -> None:
    found = problems(sources=[{"label": "x", "url": url}], prior_contacts=[{"summary": "x", "url": url}])
    assert list(found) == ["prior_contacts.0.url", "sources.0.url"]
    assert URLS[url] in found["sources.0.url"].text


@pytest.mark.parametrize(
    "url",
    [
        "https://host.example",
        "HTTPS://Host.Example/x?a=1&b=%20#top",
        "http://127.0.0.1:8080/",
        "https://[::1]/",
        "https://bücher.example/ü",
        "https://host.example/a@b",
        "https://host.example/" + "a" * (2_000 - len("https://host.example/")),
    ],
)
def test_an_ordinary_url_is_taken_as_it_is(url: str) -> None:
    packet = Packet.from_object(make_object(sources=[{"label": "x", "url": url}]))
    assert packet.sources[0].url == url


def test_every_problem_is_named_at_once() -> None:
    found = problems(id="a b", summary="", urgency={"level": "x"}, sumary="y", details={"order": 1, "extra": {"a": []}})
    assert set(found) == {"id", "summary", "urgency.level", "sumary", "details.order", "details.extra.a"}


def test_a_wrong_lane_says_nothing_about_the_details() -> None:
    with pytest.raises(PacketInvalid) as caught:
        Packet.from_object(make_object() | {"lane": "sale", "details": {"anything": 1}})
    assert [problem.path for problem in caught.value.problems] == ["lane"]


SECRET = "s3cret-4111-1111"


@pytest.mark.parametrize("given", [given for given, _, _ in MALFORMED])
def test_a_refusal_never_repeats_the_customers_words(given: dict[str, Any]) -> None:
    words = make_object(**{name: _with_secret(value) for name, value in given.items()})
    with pytest.raises(PacketInvalid) as caught:
        Packet.from_object(words | {"lane": SECRET})
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value.problems)
    assert caught.value.__suppress_context__


def _with_secret(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_secret(below) for name, below in value.items()}
    if isinstance(value, list):
        return [_with_secret(below) for below in value]
    return SECRET + (value if isinstance(value, str) else "")


def test_a_hostile_name_is_shown_short_and_harmless() -> None:
    (path,) = problems(**{"x\x1b[31m" + "y" * 500: 1})
    assert "\x1b" not in path
    assert len(path) < 100


def test_names_that_are_not_text_are_refused() -> None:
    with pytest.raises(PacketInvalid):
        Packet.from_object({1: 2})  # type: ignore[dict-item]
    with pytest.raises(PacketInvalid):
        Packet.from_object(make_object(customer={1: "x"}))
    with pytest.raises(PacketInvalid):
        Packet.from_object([])  # type: ignore[arg-type]


def problems_in(text: str) -> tuple[Problem, ...]:
    with pytest.raises(PacketInvalid) as caught:
        Packet.from_json(text)
    return caught.value.problems


def of_unknown_names(count: int) -> str:
    named = ",".join(f'"k{number}":1' for number in range(count))
    return json.dumps(make_object())[:-1] + f",{named}}}"


def test_of_endless_problems_the_first_hundred_are_named_and_the_rest_counted() -> None:
    problems = problems_in(of_unknown_names(60_000))
    assert len(problems) == MOST + 1
    assert [one.path for one in problems[:2]] == ["k0", "k1"]
    assert problems[-1].text == "has 59,900 further problems"
    assert len(problems_in(of_unknown_names(MOST))) == MOST


def test_a_flood_behind_a_good_beginning_is_refused_with_its_count() -> None:
    listed = ",".join(['{"question":"Which?"}'] * 300 + ["1"] * 20_000)
    problems = problems_in(json.dumps(make_object(unknowns=None))[:-1] + f',"unknowns":[{listed}]}}')
    assert [(one.path, one.text) for one in problems] == [("", "has 20,000 further problems")]
    assert problems[0].fix


def test_keys_that_stand_twice_are_counted_in_the_same_way() -> None:
    twice = ",".join(f'"k{number}":1,"k{number}":1' for number in range(MOST + 5))
    problems = problems_in(f'{{"details":{{"extra":{{{twice}}}}}}}')
    assert [one.text for one in problems if "further" in one.text] == ["has 5 further problems"]


def test_the_same_problem_in_many_places_is_named_once() -> None:
    problems = problems_in('{"facts":[' + ",".join(['{"a":1,"a":NaN}'] * 50_000) + "]}")
    assert [one.text for one in problems[:2]] == ["holds NaN, which is not JSON", "stands twice in one object"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("card 4111 1111 1111 1111", '"card …"'),
        ("4111111111111111", '"…"'),
        ("call 415-555-2671 now", '"call … now"'),
        ("maria@lindqvist.example is angry", '"… is angry"'),
        ("word " * 40, '"' + ("word " * 40)[:48] + '…"'),
        ("a" * 64, '"' + "a" * 48 + '…"'),
        ("order_2026", "order_2026"),
    ],
)
def test_an_unknown_name_is_cut_and_loses_long_numbers_and_addresses(name: str, shown: str) -> None:
    assert list(problems(**{name: 1})) == [shown]
    assert list(problems(customer={name: 1})) == [f"customer.{shown}"]
