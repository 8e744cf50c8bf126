"""``[review]``: what only people decide."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from handoff_core.config.tables import Table, Text


def _with_a_word(value: Any) -> Any:
    if isinstance(value, str) and not any(char.isalnum() for char in value):
        raise ValueError('names no matter; write words, e.g. "refund" or "legal advice"')
    return value


class ReviewSettings(Table):
    """What a person always decides. A packet in which the AI decided such a matter gets the finding HO904."""

    always: tuple[Text, ...] = Field(
        (), description="Events that always go to a person. Checked and kept, but not acted on in this version."
    )
    ai_never_decides: tuple[Annotated[Text, BeforeValidator(_with_a_word)], ...] = Field(
        (), description='Matters that the AI never decides, in your own words, e.g. ["refund", "legal advice"].'
    )
