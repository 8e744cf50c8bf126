"""``[lanes.<lane>]``, of which only ``success.closed_within`` is left to later versions."""

from __future__ import annotations

from pydantic import Field

from handoff_core.config.tables import Table
from handoff_core.durations import Duration
from handoff_core.packet.expression import ExpressionText
from handoff_core.quality.settings import LaneQualitySettings
from handoff_core.style.settings import Style


class SuccessSettings(Table):
    """How the team knows that a handoff was a success."""

    acknowledged_within: Duration | None = Field(None, gt=0, description="A person has acknowledged it by then.")
    closed_within: Duration | None = Field(None, gt=0, description="The matter is closed by then.")


class LaneSettings(Table):
    """``[lanes.<lane>]``: what a packet of this lane must hold, how its records look, and what success means there."""

    require: tuple[ExpressionText, ...] = Field((), description="Paths that must have a value, or a finding says so.")
    quality: LaneQualitySettings | None = Field(None, description="What is judged differently in this lane.")
    prepare: Duration | None = Field(
        None, gt=0, le=3600, description="How long a person has with the packet before the customer is connected."
    )
    success: SuccessSettings | None = Field(None, description="Times that count as success.")
    style: Style | None = Field(
        None, description="The house style of this lane's records: a built-in style's name, or a table."
    )
