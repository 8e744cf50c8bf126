"""``[privacy.<destination>]`` and ``[retention]``."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from handoff_core.durations import Duration
from handoff_core.packet.enums import Sensitivity
from handoff_core.packet.nearest import nearest
from handoff_core.privacy.fields import WITHHOLDABLE
from handoff_core.privacy.kinds import Kind

_KINDS = tuple(kind.value for kind in Kind)


def _redactable(text: str) -> str:
    if text in _KINDS or text in WITHHOLDABLE:
        return text
    head, dot, rest = text.partition(".")
    if dot and rest and head in ("facts", "details"):
        return text
    known = (*_KINDS, *WITHHOLDABLE)
    close = nearest(text, known)
    meant = f'Did you mean "{close}"? ' if close else ""
    raise ValueError(
        f"is neither a kind of value nor a field that can be withheld; {meant}Write one of {', '.join(_KINDS)}, "
        "or a field such as customer.name, transcript, facts.NAME, details.NAME"
    )


class PrivacySettings(BaseModel):
    """``[privacy.<destination>]``: what a destination may see."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    sensitivity: Sensitivity | None = Field(
        None, description="The highest class that may be shown there. Default: the connector's own."
    )
    redact: tuple[Annotated[str, AfterValidator(_redactable)], ...] = Field(
        (), description="Kinds of values and fields that are withheld there whatever their class."
    )


class RetentionSettings(BaseModel):
    """``[retention]``: how long packets stay in the ledger, counted from their last change."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    transcripts: Duration | None = Field(
        None, gt=0, description="`handoff prune` takes the conversation out of closed packets older than this."
    )
    packets: Duration | None = Field(None, gt=0, description="`handoff prune` erases closed packets older than this.")
