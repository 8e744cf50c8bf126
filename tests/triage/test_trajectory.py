"""The mood as a series, and in one text."""

from __future__ import annotations

import pytest

from handoff_core.packet import Speaker, Turn
from handoff_core.triage import mood_of, sparkline, trajectory, trend_of


def test_only_the_customer_has_a_mood_and_a_given_one_wins() -> None:
    found = trajectory(
        [
            Turn(speaker=Speaker.CUSTOMER, text="I hate this", sentiment=0.5),
            Turn(speaker=Speaker.AI, text="I hate this"),
            Turn(speaker=Speaker.CUSTOMER, text="This is terrible."),
        ]
    )
    assert [number for number, _ in found.series] == [0, 2]
    assert found.series[0][1] == 0.5
    assert found.series[1][1] < -0.5
    assert (found.trend, found.sparkline) == ("falling", "▆▂")


@pytest.mark.parametrize(
    ("scores", "word"),
    [([], "steady"), ([-1], "steady"), ([0, 0, -1], "falling"), ([-1, 0, 0.5], "rising"), ([0, -1, 0], "mixed")],
)
def test_a_trend_is_one_word(scores: list[float], word: str) -> None:
    assert trend_of(scores) == word


def test_bars_go_from_bad_to_good_and_never_out_of_range() -> None:
    assert sparkline([-1, 0, 1, -3, 9]) == "▁▅█▁█"


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("This is bad.", "This is not bad."),
        ("I am not happy.", "I am happy."),
        ("I am very disappointed.", "I am disappointed."),
        ("WHERE IS MY ORDER", "Which order is mine"),
        ("Terrible service!!!", "Terrible service"),
        ("Thanks, but it still does not work.", "Thanks, it works."),
        ("I want to cancel.", "How do I cancel an order?"),
        ("This is the third time I have called.", "This is the first time I have called."),
        ("Really?? Again??", "Really, again"),
    ],
)
def test_what_stands_around_a_word_changes_it(worse: str, better: str) -> None:
    assert mood_of(worse).score < mood_of(better).score


@pytest.mark.parametrize("text", ["Please send it to Oak Street.", "NASA and IBM", "Thank you in advance.", "Hello!"])
def test_politeness_and_names_are_no_complaint(text: str) -> None:
    assert mood_of(text).word != "bad"


def test_a_described_fault_is_felt_less_than_anger() -> None:
    fault = mood_of("The screen is broken and nothing works.")
    assert fault.score < fault.felt < 0
