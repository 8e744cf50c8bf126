"""Rules that look for words, on sentences as people and AI agents write them."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_core.quality import QualityContext, QualitySettings, assess
from handoff_core.quality.examples import example
from tests.quality import phrases

ANNOTATE = QualitySettings.model_validate({})


def codes(**fields: Any) -> set[str]:
    return {one.code for one in assess(example(fields), ANNOTATE, QualityContext(region="US"))}


@pytest.mark.parametrize("text", phrases.EXACT_STEPS)
def test_an_exact_step_is_no_finding(text: str) -> None:
    assert codes(next_action={"text": text}) == set()


@pytest.mark.parametrize("text", phrases.VAGUE_STEPS)
def test_a_vague_step_is_found(text: str) -> None:
    assert codes(next_action={"text": text}) == {"HO601"}


@pytest.mark.parametrize("text", phrases.TOLD_STEPS)
def test_what_happened_is_no_next_step(text: str) -> None:
    assert "HO602" in codes(next_action={"text": text})


@pytest.mark.parametrize("text", phrases.SEVERAL_STEPS)
def test_several_steps_are_found(text: str) -> None:
    assert "HO604" in codes(next_action={"text": text})


@pytest.mark.parametrize("text", phrases.SUMMARIES)
def test_a_sentence_that_says_it_is_no_finding(text: str) -> None:
    assert codes(summary=text) == set()


@pytest.mark.parametrize("text", phrases.TOPICS)
def test_a_topic_is_found(text: str) -> None:
    assert codes(summary=text) == {"HO510"}


@pytest.mark.parametrize("text", phrases.OPEN_DECISIONS)
def test_what_is_not_decided_is_no_finding(text: str) -> None:
    assert codes(transcript=[{"speaker": "ai", "text": text}]) == set()


@pytest.mark.parametrize("text", phrases.MADE_DECISIONS)
def test_an_ai_that_decides_is_found(text: str) -> None:
    said = [{"speaker": "ai", "text": text}]
    assert codes(transcript=said) == {"HO901"}
    assert codes(transcript=[{"speaker": "human", "text": text}]) == set()


@pytest.mark.parametrize("text", phrases.NO_ALARMS)
def test_a_word_that_only_looks_like_an_alarm_is_no_finding(text: str) -> None:
    assert codes(transcript=[{"speaker": "customer", "text": text}], urgency=None) == set()


@pytest.mark.parametrize("text", phrases.ALARMS_SAID)
def test_an_alarm_that_the_head_does_not_show_is_found(text: str) -> None:
    assert codes(transcript=[{"speaker": "customer", "text": text}], urgency=None) == {"HO705"}
    assert codes(transcript=[{"speaker": "ai", "text": text}], urgency=None) == set()


@pytest.mark.parametrize("text", phrases.PROMISED)
def test_a_promise_without_a_commitment_is_found(text: str) -> None:
    assert codes(transcript=[{"speaker": "ai", "text": text}], commitments=[]) == {"HO707"}


@pytest.mark.parametrize("text", phrases.NOT_PROMISED)
def test_what_only_sounds_like_a_promise_is_no_finding(text: str) -> None:
    assert codes(transcript=[{"speaker": "ai", "text": text}], commitments=[]) == set()


UNSOLVED = {"summary": "Sam Ortiz could not log in to the portal and asked for a reset of his password."}


@pytest.mark.parametrize("text", phrases.SOLVED)
def test_what_is_solved_and_handed_over_all_the_same_is_found(text: str) -> None:
    said = [{"speaker": "customer", "text": text}]
    assert codes(transcript=said, **UNSOLVED) == {"HO710"}
    assert codes(transcript=said, state={"status": "done"}, **UNSOLVED) == set()
    assert codes(transcript=[*said, {"speaker": "customer", "text": "But now the mail fails."}], **UNSOLVED) == set()


@pytest.mark.parametrize("text", phrases.NOT_SOLVED)
def test_what_is_not_solved_is_no_finding(text: str) -> None:
    assert codes(transcript=[{"speaker": "customer", "text": text}], **UNSOLVED) == set()


@pytest.mark.parametrize(
    ("summary", "step"),
    [
        ("Verspätete Lieferung", "Rückruf"),
        ("Commande en retard pour Mme Dubois", "Rappeler la cliente"),
        ("Pedido retrasado del señor Ortiz", "Llamar al cliente"),
        ("注文が遅れています", "お客様に電話する"),
    ],
)
def test_a_note_in_another_language_is_not_judged_by_words(summary: str, step: str) -> None:
    text = {"reason": "beyond_scope", "text": "Der Techniker muss mit dem Kunden sprechen, das ist nicht erlaubt"}
    found = codes(summary=summary, next_action={"text": step}, escalation=text)
    assert {code for code in found if code.startswith(("HO51", "HO6"))} == set()


def test_that_a_person_is_needed_is_no_reason_unless_the_customer_asked_for_one() -> None:
    vague = "Customer needs help from a human"
    for reason in ("other", "needs_authority"):
        assert codes(escalation={"reason": reason, "text": vague}) == {"HO502"}
        assert codes(escalation={"reason": reason, "text": "Needs a person who speaks Basque"}) == set()
    assert codes(escalation={"reason": "explicit_request", "text": "The customer wants a human"}) == set()


def test_a_step_against_a_denied_contact_is_an_error_and_asks_for_no_number() -> None:
    privacy = {"consent": {"contact": "denied"}}
    bare = {"customer": {"name": "Lena Fox"}}
    step = {"text": "Call Lena and offer Friday at 09:00"}
    assert codes(next_action=step, privacy=privacy, **bare) == {"HO204"}
    assert codes(next_action=step, **bare) == {"HO203"}
    quiet = {"text": "Cancel the visit of Lena on Friday and do not call her"}
    assert codes(next_action=quiet, privacy=privacy, **bare) == set()
