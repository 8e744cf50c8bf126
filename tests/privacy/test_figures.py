"""What redaction finds and what it leaves alone, counted on labelled text."""

from __future__ import annotations

import time

import pytest
from labelled import Labelled, harmless, labelled
from test_hard_cases import GOES

from handoff_core.privacy import Kind
from handoff_core.privacy.find import _find, find
from proof.plugin import Record

COUNT = 1_500
RECALL = {Kind.CARD: 0.995, Kind.IBAN: 0.995, Kind.PHONE: 0.98, Kind.EMAIL: 0.98}
PRECISION = 0.97
SECONDS_A_TURN = 0.001


@pytest.mark.parametrize("kind", RECALL)
def test_values_are_found_whole_wherever_they_stand(kind: Kind) -> None:
    missed = []
    for one in labelled(kind, COUNT, seed=20):
        found = find(one.text, "US")
        for start, end in one.places:
            if not any(hit.kind is kind and hit.start <= start and hit.end >= end for hit in found):
                missed.append(one.text)
    assert 1 - len(missed) / COUNT >= RECALL[kind], missed[:5]


@pytest.mark.parametrize("kind", RECALL)
def test_nothing_beside_a_value_is_taken_with_it(kind: Kind) -> None:
    beside = [
        one.text
        for one in labelled(kind, COUNT, seed=21)
        for hit in find(one.text, "US")
        if not any(start <= hit.start and hit.end <= end for start, end in one.places)
    ]
    assert 1 - len(beside) / COUNT >= PRECISION, beside[:5]


def test_orders_parcels_times_prices_and_versions_stay() -> None:
    by_sort: dict[str, list[str]] = {}
    for one in harmless(3_000, seed=22):
        by_sort.setdefault(one.sort, []).extend([one.text] if find(one.text, "US") else [])
    assert set(by_sort) == {"order", "tracking", "time", "price", "version", "other"}
    taken = [text for texts in by_sort.values() for text in texts]
    assert 1 - len(taken) / 3_000 >= PRECISION, taken[:5]


def test_redaction_on_labelled_text(evidence: Record, full_proof: bool) -> None:
    """What the proof page shows; ``--proof full`` counts over four times as many texts, with other seeds."""
    count = 6_000 if full_proof else COUNT
    figures: dict[str, float] = {}
    for kind in RECALL:
        texts = list(labelled(kind, count, seed=31))
        spoken = [one for one in texts if _is_spoken(one)]
        figures[f"{kind.value} recall, %"] = _percent(_recall(kind, texts))
        if spoken:
            figures[f"{kind.value} recall where spoken, %"] = _percent(_recall(kind, spoken))
        assert _recall(kind, texts) >= RECALL[kind], kind
    nobodys: dict[str, list[bool]] = {}
    for one in harmless(2 * count, seed=32):
        nobodys.setdefault(one.sort, []).append(not find(one.text, "US"))
    for sort in ("order", "tracking", "time"):
        figures[f"{sort} numbers left alone, %" if sort != "time" else "times left alone, %"] = _percent(
            sum(nobodys[sort]) / len(nobodys[sort])
        )
    every = [left for ones in nobodys.values() for left in ones]
    assert sum(every) / len(every) >= PRECISION
    hard = sum(
        any(hit.kind is kind and text[hit.start : hit.end] == value for hit in find(text, "US"))
        for text, (kind, value) in GOES.items()
    )
    assert hard == len(GOES)
    evidence(
        "Redaction on labelled text",
        "Cards and IBANs, phones and e-mail addresses are found as they are written and spoken; order numbers, "
        "tracking numbers and times stay.",
        cases=count * len(RECALL) + len(every) + len(GOES),
        **figures,
        **{"hard cases written by hand": hard},
    )


def _is_spoken(one: Labelled) -> bool:
    (start, end), *_ = one.places
    return not any(char.isdigit() for char in one.text[start:end]) and (
        one.kind is not Kind.EMAIL or " " in one.text[start:end]
    )


def _recall(kind: Kind, texts: list[Labelled]) -> float:
    """The share of texts whose value is found whole."""
    whole = 0
    for one in texts:
        (start, end), *_ = one.places
        whole += any(hit.kind is kind and hit.start <= start and hit.end >= end for hit in find(one.text, "US"))
    return whole / len(texts)


def _percent(share: float) -> float:
    return round(share * 100, 2)


def test_a_new_turn_costs_less_than_a_millisecond() -> None:
    turns = [one.text for kind in RECALL for one in labelled(kind, 100, seed=23)]
    turns += [one.text for one in harmless(400, seed=24)]
    for text in turns:
        _find(text, "US")
    began = time.process_time()
    for text in turns:
        _find(text, "US")
    assert (time.process_time() - began) / len(turns) <= SECONDS_A_TURN


@pytest.mark.parametrize(
    "unit",
    [
        "a ",
        "one ",
        "1",
        "1 ",
        "1,",
        "1.",
        "a at ",
        "a dot ",
        "a@a.",
        "password is ",
        "(1) ",
        "1-",
        "DE12 ",
        "$1 ",
        "-----BEGIN PRIVATE KEY-----",
        "order ",
        "token for a b c ",
        "https://a:b",
        "eyJaaaaa.",
        "+1",
        "\u200b1",
    ],
)
def test_no_text_costs_more_than_its_length(unit: str) -> None:
    """Twice the text, about twice the time: a quadratic search would take four times."""

    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        began = time.process_time()
        _find(text, "US")
        return time.process_time() - began

    def least(length: int) -> float:
        # A collection of garbage, or another thread of the process, may fall into any one of them.
        return min(seconds(length) for _ in range(3))

    seconds(4_000)
    assert least(64_000) <= max(0.3, 3.2 * least(32_000))
