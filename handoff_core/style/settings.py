"""``[lanes.<lane>.style]``: what a business wants differently in the records of one lane."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from handoff_core.packet.nearest import nearest
from handoff_core.style.styles import BUILT_IN

LONGEST_LABEL = 48
"""Characters of a label or title of the business."""
LONGEST_MARK = 24
"""Characters of the lane's mark: the title must keep room for the summary."""
LONGEST_SYMBOL = 8
"""Characters of a symbol; one emoji can be made of several."""


def _built_in(name: str) -> str:
    if name not in BUILT_IN:
        meant = nearest(name, BUILT_IN)
        fix = f'did you mean "{meant}"?' if meant else f"known: {', '.join(BUILT_IN)}"
        raise ValueError(f"names no built-in style; {fix}")
    return name


def _on_one_line(longest: int) -> AfterValidator:
    def check(text: str) -> str:
        if not text.strip() or not text.isprintable():
            raise ValueError("says nothing that can be shown; write a short text on one line")
        if len(text) > longest:
            raise ValueError(f"has {len(text)} characters; write at most {longest}")
        return text.strip()

    return AfterValidator(check)


def _symbol(text: str) -> str:
    # A joined emoji holds characters that do not print by themselves.
    if len(text) > LONGEST_SYMBOL or any(character.isspace() or character.isalnum() for character in text):
        raise ValueError('is not a symbol; write one emoji, or "" for none')
    return text


Label = Annotated[str, _on_one_line(LONGEST_LABEL)]
Mark = Annotated[str, _on_one_line(LONGEST_MARK)]
Count = Annotated[int, Field(ge=1, le=200, strict=True)]


class StyleSettings(BaseModel):
    """The house style of one lane: what is left out is as in the built-in style that it begins with."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)

    base: Annotated[str, AfterValidator(_built_in)] | None = Field(
        None, description="The built-in style it begins with: a lane's name, or intake. Default: the lane's own."
    )
    mark: Mark | None = Field(None, description="What stands in brackets in every title, e.g. LEAD.")
    symbol: Annotated[str, AfterValidator(_symbol)] | None = Field(
        None, description="The emoji before the title in Slack; empty for none."
    )
    head: tuple[str, ...] = Field(
        (),
        description="Lines of the head, in order: who what why when where next must be among them.",
    )
    below: tuple[str, ...] | None = Field(None, description="Lines right below the head, in order.")
    above: tuple[str, ...] | None = Field(
        None, description="Sections above the fold, in order; those that must stand there do so even unnamed."
    )
    order: tuple[str, ...] = Field((), description="Sections that come first below the fold; the others follow.")
    hide: tuple[str, ...] = Field((), description="Sections that are left out; the record names them.")
    labels: dict[str, Label] = Field(
        default_factory=dict, description="What lines and sections are called, by their names; owner is one too."
    )
    most_items: dict[str, Count] = Field(
        default_factory=dict, description="How many lines a section shows; the others are counted and linked."
    )
    reading_seconds: float | None = Field(
        None,
        ge=8,
        le=60,
        description="Longest time to read the head (238 words a minute). Default: 10; intake 20.",
    )


def _named(value: Any) -> Any:
    return {"base": value} if isinstance(value, str) else value


Style = Annotated[StyleSettings, BeforeValidator(_named, json_schema_input_type=str | StyleSettings)]
"""A table, or the name of a built-in style alone."""
