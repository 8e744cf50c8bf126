"""``[quality]``: what happens to a packet that leaves a reader with questions."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Gate(StrEnum):
    """What a finding does to a packet. None of them ever refuses one."""

    ANNOTATE = "annotate"
    """It goes out with its unanswered questions named at the top."""
    HOLD = "hold"
    """With a finding of severity error it goes to the fallback owner first, marked HELD."""
    OFF = "off"
    """Packets are not judged."""


class QualitySettings(BaseModel):
    """How strictly packets are read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    gate: Gate = Field(Gate.ANNOTATE, description="annotate, hold or off.")
