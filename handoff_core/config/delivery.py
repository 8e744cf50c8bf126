"""``[delivery]``: how long a delivery may take, and how it is tried again."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from handoff_core.config.tables import Table
from handoff_core.durations import Duration, format_duration


class RetrySettings(Table):
    """Waits between attempts: ``first``, then ``factor`` times as long each time, never longer than ``longest``."""

    first: Duration = Field(5.0, gt=0, description="Wait after the first failure.")
    factor: float = Field(3.0, ge=1, le=100, description="How much longer each further wait is.")
    longest: Duration = Field(3600.0, gt=0, description="No wait is longer than this.")
    give_up_after: Duration = Field(
        28 * 3600.0, gt=0, description="Counted from a revision's first attempt; then a person has to look."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.longest:
            raise ValueError(
                f"has first = {format_duration(self.first)} above longest = {format_duration(self.longest)}; "
                "make longest at least as long"
            )
        if self.give_up_after < self.first:
            raise ValueError("gives up before the first retry; make give_up_after longer than first")
        return self


class DeliverySettings(Table):
    """How deliveries are claimed and tried again."""

    lease: Duration = Field(
        60.0, gt=0, description="How long a worker holds a delivery; more than each destination's timeout + 5 s."
    )
    retry: RetrySettings = Field(default_factory=lambda: RetrySettings.model_validate({}))
