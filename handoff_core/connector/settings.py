"""What every destination's table takes, and the limits of calls."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from handoff_core.durations import Duration


class DestinationSettings(BaseModel):
    """What every ``[destinations.<name>]`` table takes; a connector's own settings model inherits it.

    Every duration is in seconds once loaded. ``settle`` and ``min_update_interval`` have the connector's
    defaults, given by its own settings model.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    connector: str
    base_url: str | None = Field(
        None, description="Origin to call instead of the vendor's own; https, or a loopback address."
    )
    timeout: Duration = Field(
        20.0, gt=0, description="Longest wait for an answer (read); connecting takes at most 3.05 s."
    )
    settle: Duration = Field(
        60.0, gt=0, description="How long the vendor may take to show a record that it has accepted."
    )
    min_update_interval: Duration = Field(10.0, ge=0, description="Least time between two updates of one record.")
    rate: float = Field(0.8, gt=0, le=1, description="Share of the vendor's rate limit that Handoff may use.")

    @property
    def certainty(self) -> float:
        """Seconds after a send until which the vendor may still apply it or fail to show it."""
        return self.settle + self.timeout + max(1.0, self.settle / 10)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``calls`` calls in ``period`` seconds; ``burst`` of them may come at once (1 = evenly spaced)."""

    calls: float
    period: float
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Observed:
    """What a vendor's headers said about a class of call: its limit now, what is left, seconds until it resets."""

    limit_class: str
    calls: float | None = None
    period: float | None = None
    remaining: float | None = None
    resets_in: float | None = None
