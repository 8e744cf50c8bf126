"""What is a matter for a person, and what only uses its words."""

from __future__ import annotations

import pytest

from handoff_core.packet import Speaker, Turn
from handoff_core.triage import verdicts

FOR_A_PERSON = [
    "I will sue you for this.",
    "My husband has died and I need to close his account.",
    "There is smoke coming out of the outlet.",
    "I did not authorize this payment.",
    "I am being billed for a service that I never ordered.",
    "I want to file a complaint.",
    "My card has been stolen.",
    "Can you make an exception and take it back after 40 days?",
    "What is the penalty for early termination?",
    "Your driver discriminated against my son.",
]
FOR_THE_AI = [
    "My name is Sue Park.",
    "My phone died on the way home.",
    "I want to report this bug in the export.",
    "Which smoke detector fits my hallway?",
    "I do not want a refund, just the right size.",
    "Is there a contract for the basic plan?",
    "How do I download my bill?",
    "The fire alarm needs a new battery, which one?",
    "Do you have a better price for two nights?",
    "Every time I open the menu it closes.",
    "Where can I see my invoices?",
    "Which card do I need for the gym?",
    "I have a legal size paper tray.",
]


@pytest.mark.parametrize("text", FOR_A_PERSON)
def test_a_person_decides_it(text: str) -> None:
    assert next(verdicts([Turn(speaker=Speaker.CUSTOMER, text=text)])).is_due


@pytest.mark.parametrize("text", FOR_THE_AI)
def test_the_ai_answers_it(text: str) -> None:
    assert not next(verdicts([Turn(speaker=Speaker.CUSTOMER, text=text)])).is_due
