"""No text costs more to search than its length, whatever it almost holds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from handoff_core.privacy.cards import find_cards
from handoff_core.privacy.emails import find_emails
from handoff_core.privacy.find import _find
from handoff_core.privacy.ibans import find_ibans
from handoff_core.privacy.kinds import Found
from handoff_core.privacy.phones import find_phones

FINDERS: dict[str, Callable[[str], Iterator[Found]]] = {
    "cards": find_cards,
    "ibans": find_ibans,
    "emails": find_emails,
    "phones": lambda text: find_phones(text, "US"),
}


@pytest.mark.parametrize("finder", FINDERS)
@pytest.mark.parametrize(
    "unit",
    [
        *("4111 1111 1111 1112 ", "4111 ", "4111,", "card 4111\t", "1 2 3 4 ", "06.12.34.56.", "a'", "'a@", "a, at "),
        *(
            "jane dot doe, at gmail ",
            "a_at_b_dot_",
            "a arroba ",
            "ann nineteen ",
            "DE12\n3704\n",
            "D E 1 2 ",
            "IBANDE12",
        ),
        *("[415] ", "415_555_", "sn 31", "llama al 61"),
    ],
)
def test_near_misses_cost_no_more_than_their_length(finder: str, unit: str) -> None:
    """Eight times the text, about eight times the time: a quadratic search would take sixty-four times."""

    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        began = time.process_time()
        for _ in FINDERS[finder](text):
            pass
        return time.process_time() - began

    seconds(2_000)
    assert seconds(200_000) <= max(0.4, 20 * min(seconds(25_000), seconds(25_000)))


def test_a_long_list_of_cards_costs_no_more_than_its_length() -> None:
    began = time.process_time()
    assert len(_find("4111 1111 1111 1111\n" * 20_000, "US")) == 20_000
    assert time.process_time() - began <= 5


@pytest.mark.parametrize("unit", ["1 ", "4 a ", "a dot 1 2 3 ", "one 1 ", "a b dot ", "1 2 dot at ", "a punto 1 "])
def test_letters_and_digits_one_by_one_are_read_in_one_way_only(unit: str) -> None:
    """With two ways for each digit a card that is read out, and an "at" behind it, would take for ever."""
    text = f"my number is {unit * 40}at my bank, arroba"
    began = time.process_time()
    assert list(find_emails(text)) == []
    assert time.process_time() - began <= 0.1
