"""``[quality]``: what happens to a packet that leaves a reader with questions, and how strictly it is read."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from handoff_core.durations import Duration
from handoff_core.packet.nearest import nearest
from handoff_core.quality.codes import known_codes
from handoff_core.quality.limits import DEFAULT_LIMITS, Limits


class Gate(StrEnum):
    """What a finding does to a packet. None of them ever refuses one."""

    ANNOTATE = "annotate"
    """It goes out with its unanswered questions named at the top."""
    HOLD = "hold"
    """With a finding of severity error it goes to the fallback owner first, marked HELD."""
    OFF = "off"
    """Packets are not judged."""


def _known(code: str) -> str:
    codes = known_codes()
    if code not in codes:
        meant = nearest(code, codes)
        fix = f'did you mean "{meant}"?' if meant else "docs/rules.md lists them"
        raise ValueError(f"is not the code of a rule; {fix}")
    return code


Code = Annotated[str, AfterValidator(_known)]
"""The code of a rule, as docs/rules.md lists them."""
WordCount = Annotated[int, Field(gt=0, le=100_000)]
"""So many words as a packet can hold."""
_LANE = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


class LaneQualitySettings(BaseModel):
    """What is judged differently in this lane; what is left out is as in `[quality]`."""

    model_config = _LANE

    ignore: tuple[Code, ...] = Field((), description="Rules that are off in this lane, beside those that are off.")
    longest_head: Duration | None = Field(None, gt=0, description="The head reads no longer than this.")
    longest_reading: Duration | None = Field(None, gt=0, description="The whole note reads no longer than this.")
    longest_before_reason: WordCount | None = Field(None, description="Words before the reason of the escalation.")
    largest_overlap: float | None = Field(None, gt=0, le=1, description="Share of the summary that is the transcript.")
    low_confidence: float | None = Field(None, ge=0, le=1, description="Below it unknowns must say what is missing.")


class QualitySettings(BaseModel):
    """How strictly packets are read. The rules are on the page [rules.md](rules.md)."""

    model_config = _LANE

    gate: Gate = Field(Gate.ANNOTATE, description="annotate, hold or off.")
    ignore: tuple[Code, ...] = Field((), description='Rules that are off, by code, e.g. ["HO705"].')
    longest_head: Duration = Field(
        DEFAULT_LIMITS.longest_head, gt=0, description="The head reads no longer than this (238 words a minute)."
    )
    longest_reading: Duration = Field(
        DEFAULT_LIMITS.longest_reading, gt=0, description="The whole note reads no longer than this."
    )
    longest_before_reason: WordCount = Field(
        DEFAULT_LIMITS.longest_before_reason,
        description="Words that may stand before the reason of the escalation.",
    )
    largest_overlap: float = Field(
        DEFAULT_LIMITS.largest_overlap,
        gt=0,
        le=1,
        description="Share of the summary that may be word for word in one turn of the conversation.",
    )
    low_confidence: float = Field(
        DEFAULT_LIMITS.low_confidence,
        ge=0,
        le=1,
        description="Below this confidence unknowns must say what is missing.",
    )

    def limits(self, lane: LaneQualitySettings | None = None) -> Limits:
        """The figures for a lane: its own, else those of the business."""

        def of(name: str) -> float:
            own: float | None = getattr(lane, name) if lane is not None else None
            chosen: float = own if own is not None else getattr(self, name)
            return chosen

        return Limits(
            longest_head=of("longest_head"),
            longest_reading=of("longest_reading"),
            longest_before_reason=int(of("longest_before_reason")),
            largest_overlap=of("largest_overlap"),
            low_confidence=of("low_confidence"),
        )

    def ignored(self, lane: LaneQualitySettings | None = None) -> frozenset[str]:
        """The codes of the rules that are off in a lane."""
        return frozenset((*self.ignore, *(lane.ignore if lane is not None else ())))
