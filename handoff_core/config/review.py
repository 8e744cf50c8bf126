"""``[review]``: what only people decide."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from handoff_core.config.tables import Table, Text
from handoff_core.triage.events import event_problem


def _with_a_word(value: Any) -> Any:
    if isinstance(value, str) and not any(char.isalnum() for char in value):
        raise ValueError('names no matter; write words, e.g. "refund" or "legal advice"')
    return value


def _event(text: str) -> str:
    problem = event_problem(text)
    if problem:
        raise ValueError(problem)
    return text


EventText = Annotated[Text, AfterValidator(_event)]
"""An event in the business's own words."""


class ReviewSettings(Table):
    """What a person always decides. A packet in which the AI decided such a matter gets the finding HO904."""

    always: tuple[EventText, ...] = Field(
        (),
        description='Events that always go to a person, in words that customers use: "gas smell", "refund over 200 '
        'dollars". Triage finds them in what is said; no threshold applies.',
    )
    ai_never_decides: tuple[Annotated[Text, BeforeValidator(_with_a_word)], ...] = Field(
        (),
        description='Matters that the AI never decides, in your own words, e.g. ["refund", "legal advice"]. '
        "Whoever asks for one goes to a person (triage).",
    )
