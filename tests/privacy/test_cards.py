"""Cards with others beside them, with other signs between their groups, and what only looks like one."""

from __future__ import annotations

import pytest
from found import parts

from handoff_core.privacy import Kind

CARD = "4111 1111 1111 1111"
AMEX = "3782 822463 10005"


@pytest.mark.parametrize(
    "text",
    [
        f"{CARD} 09/27",
        f"{CARD} 09 27 and then 123",
        f"{CARD} 0927",
        f"{CARD} 123",
        f"{CARD}, 09/27, 123",
        f"{CARD}\n09/27\n123",
        f"1. {CARD}",
        f"5 {CARD}",
        f"2025-03-04 {CARD}",
        f"- {CARD} / 0927 / 123",
        f"{CARD} 5555 5555 5555 4444",
        "My visa 4111-1111-1111-1111-123",
        "4111111111111111 123",
        "4111111111111111\t09/27\t123",
        "4111111111111111/0927/123",
        f"{AMEX} 12/26",
        f"2) {AMEX} 1234",
        "my card: 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 12/26",
    ],
)
def test_a_card_is_found_with_its_date_its_code_or_its_place_in_a_list_beside_it(text: str) -> None:
    found = parts(text, Kind.CARD)
    assert found
    assert all("".join(filter(str.isdigit, one))[:4] in ("4111", "3782", "5555") for one in found)
    left = text
    for one in found:
        left = left.replace(one, "")
    assert not any(group in left for group in ("1111", "8224", "10005", "5555"))


@pytest.mark.parametrize("between", ["\t", "\n", ",", ", ", "_", "|", " | ", "·", " / ", "…", "\r\n"])
def test_where_a_card_is_spoken_of_its_groups_may_have_any_sign_between_them(between: str) -> None:
    number = CARD.replace(" ", between)
    assert parts(f"My visa is {number}, thanks", Kind.CARD) == [number]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("visa4111111111111111", "4111111111111111"),
        (f"{CARD}CVV 123", CARD),
        ("4111111111111111exp0927", "4111111111111111"),
        ("#4111111111111111 is my visa", "4111111111111111"),
        ("card #4111111111111111", "4111111111111111"),
        ("card_4111111111111111_old", "4111111111111111"),
        ("6363680000457017 is my card", "6363680000457017"),
        ("here is 6362970000457013", "6362970000457013"),
        ("so 36148900647913, is that fine?", "36148900647913"),
        ("4222222222222 is the card on file", "4222222222222"),
        ("4222222222222 exp 09/28", "4222222222222"),
        ("6759649826438453 exp 09/28", "6759649826438453"),
    ],
)
def test_a_card_is_found_by_what_is_glued_to_it_or_said_after_it(text: str, part: str) -> None:
    assert parts(text, Kind.CARD) == [part]


@pytest.mark.parametrize(
    "text",
    [
        "count: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
        "lottery 4 8 15 16 23 42",
        "commit 4242424242424242deadbeef",
        "sha 4111111111111111a",
        "x4111111111111111",
        "#4111111111111111",
        "0.4111111111111111",
        "lat 3.4111111111111111, long 2",
        "ref-4111111111111111-20",
        "order 12 4111 1111 1111 1111",
        f"order number {CARD} 09/27",
        "4100 4200 4300 4404 4500 4600 4700",
        "2019 4100 4200 4300 4404 4500",
        "I paid 4000, 4100, 4200 and 4300",
        "I paid 4111, 1111, 1111, 1111 in four parts",
        "the cards ending 4111, 1111, 1111, 1111",
        "visa: 4111, 1111, 1111, 1111, 2222",
        "DE89 4111 1111 1111 1111 00",
        "4111\n1111\n1111\n1111",
        "4111 | 1111 | 1111 | 1111",
        "it says 4222222222222 on the label",
        "3141592653589793 1 2 3",
    ],
)
def test_numbers_that_only_look_like_a_card_stay(text: str) -> None:
    assert parts(text, Kind.CARD) == []
