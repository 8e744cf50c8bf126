"""Values that are said in parts, over several turns of one speaker."""

from __future__ import annotations

import pytest

from handoff_core.packet.enums import Sensitivity
from handoff_core.privacy import Kind, Policy
from handoff_core.privacy.redact import redact
from handoff_core.testing.factories import make_packet

HIDDEN = Policy(Sensitivity.PERSONAL, kinds=frozenset(Kind), region="US")
Said = tuple[str, ...]

GOES: dict[str, tuple[Said, Said]] = {
    "a card": (("my card is 4111 1111", "1111 1111"), ("my card is [card ending 1111]", "[card ending 1111]")),
    "a card, group by group": (("4111", "1111", "1111", "1111"), ("[card ending 1111]",) * 4),
    "a card, parted within a group": (("4111 11", "11 1111 1111"), ("[card ending 1111]",) * 2),
    "a card, with words around its parts": (
        ("it is 4111 1111, and", "the last eight digits are 1111 1111, thanks"),
        ("it is [card ending 1111], and", "the last eight digits are [card ending 1111], thanks"),
    ),
    "a card between somebody's words": (
        ("my card is 4111 1111", "ai: go on", "1111 1111"),
        ("my card is [card ending 1111]", "go on", "[card ending 1111]"),
    ),
    "a card whose part is repeated": (
        ("my card is 4111 1111", "ai: 4111 1111, and the rest?", "1111 1111"),
        ("my card is [card ending 1111]", "[card ending 1111], and the rest?", "[card ending 1111]"),
    ),
    "a card that is read out": (
        ("four one one one one one one one", "ai: mm-hm", "one one one one one one one one"),
        ("[card ending 1111]", "mm-hm", "[card ending 1111]"),
    ),
    "a telephone number": (
        ("my number is 415", "ai: ok", "555 2671"),
        ("my number is [phone 1]", "ok", "[phone 1]"),
    ),
    "a telephone number that breaks off at its dash": (
        ("call 415-555-", "2671 please"),
        ("call [phone 1]", "[phone 1] please"),
    ),
    "a telephone number whose beginning looks like one": (
        ("my number is four one five five five five two", "six seven one"),
        ("my number is [phone 2]", "[phone 2]"),
    ),
    "an address": (("email is jane dot doe", "at gmail dot com"), ("email is [email 1]", "[email 1]")),
    "an address in three parts": (("jane", "at gmail", "dot com"), ("[email 1]",) * 3),
    "an address, letter by letter": (("it is j s m i", "t h at gmail dot com"), ("it is [email 1]", "[email 1]")),
    "a written address": (("jane.doe@gmail.", "com"), ("[email 1]", "[email 1]")),
    "an IBAN": (("IBAN DE89 3704 0044", "0532 0130 00"), ("IBAN [IBAN ending 3000]", "[IBAN ending 3000]")),
    "an IBAN with letters": (
        ("my iban is GB82 WEST", "1234 5698", "7654 32"),
        ("my iban is [IBAN ending 5432]", "[IBAN ending 5432]", "[IBAN ending 5432]"),
    ),
    "a national id": (("my NHS number is 943 476", "5918"), ("my NHS number is [national id 1]", "[national id 1]")),
}  # fmt: skip

STAYS: dict[str, Said] = {
    "an order and a quantity": ("order 4111", "1111 units"),
    "an order's number": ("order 4155", "552671 please"),
    "a number and an address": ("there are 536", "22 1234 Main Street"),
    "times": ("it was at 10", "30 or 45 minutes"),
    "a time and a date": ("call me at 10:30", "11:45 on 2026-11-20"),
    "quantities": ("I ordered 4", "2 of them came"),
    "halves of two speakers": ("my card is 4111 1111", "ai: 1111 1111"),
    "halves with much in between": ("my card is 4111 1111", "ai: " + "x" * 81, "1111 1111"),
    "a sentence about a site": ("I was looking", "at acme dot com"),
    "marks from one to five": ("ai: 1 to 5?", "5", "ai: next", "4", "ai: next", "5", "ai: next", "2"),
    "no checksum": ("4111 1111", "1111 1112"),
}


def shown(said: Said, policy: Policy = HIDDEN) -> Said:
    turns = [
        {"speaker": "ai" if text.startswith("ai: ") else "customer", "text": text.removeprefix("ai: ")} for text in said
    ]
    packet = make_packet(customer=None, transcript=turns)
    return tuple(turn.text for turn in redact(packet, policy).packet.transcript)


@pytest.mark.parametrize("name", GOES)
def test_what_is_said_in_parts_goes_from_each_of_them(name: str) -> None:
    said, left = GOES[name]
    assert shown(said) == left


@pytest.mark.parametrize("name", STAYS)
def test_numbers_that_only_follow_each_other_stay(name: str) -> None:
    assert shown(STAYS[name]) == tuple(text.removeprefix("ai: ") for text in STAYS[name])


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (("call 415 555 2671", "2 rooms"), ("call [phone 1]", "2 rooms")),
        (("415 555 2671", "212 555 1234"), ("[phone 1]", "[phone 2]")),
        (("4242 4242 4242 4242", "4111 1111 1111 1111"), ("[card ending 4242]", "[card ending 1111]")),
    ],
)
def test_a_value_that_is_whole_takes_nothing_from_the_next_turn(said: Said, left: Said) -> None:
    assert shown(said) == left


def test_a_value_in_parts_is_shown_where_its_kind_may_be() -> None:
    said = ("my card is 4111 1111", "1111 1111")
    assert shown(said, Policy(Sensitivity.SENSITIVE, region="US")) == said


def test_a_turn_that_completes_a_value_changes_no_earlier_number() -> None:
    begun = ("my number is four one five five five five two", "ai: or 212 555 1234?")
    before = shown(begun)
    after = shown((*begun, "six seven one", "and 312 555 0142"))
    assert before == ("my number is [phone 1]", "or [phone 2]?")
    assert after == ("my number is [phone 3]", "or [phone 2]?", "[phone 3]", "and [phone 4]")


def test_answers_events_and_lists_of_texts_are_read_in_a_row_too() -> None:
    parts = ("4111 1111", "1111 1111")
    packet = make_packet(
        lane="sales",
        details={"answers_given": [{"question": "Which card?", "answer": text} for text in parts]},
        events=[{"text": text} for text in parts],
        told_customer=list(parts),
    )
    seen = redact(packet, HIDDEN).packet
    assert "1111 1111" not in seen.to_json()
    assert seen.told_customer == ("[card ending 1111]", "[card ending 1111]")


def test_the_same_turns_after_others_give_the_same_answer() -> None:
    halves = ("my card is 4111 1111", "1111 1111")
    first = shown(halves)
    assert shown((halves[0],)) == halves[:1]
    assert shown((halves[0], "1111 1112")) == (halves[0], "1111 1112")
    assert shown(halves) == first
