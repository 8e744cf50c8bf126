"""``[triage]``: when a conversation should go to a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from handoff_core.packet.expression import ExpressionText
from handoff_core.packet.nearest import nearest
from handoff_core.triage.events import Event, event_problem
from handoff_core.triage.presets import PRESETS, Preset
from handoff_core.triage.signals import WEIGHTS, Signal
from handoff_core.triage.topics import ESCALATE, STAY, TOPICS

_TABLE: Final = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)
_NAME: Final = re.compile(r"[a-z]+(?:_[a-z]+)+")


def _topic(text: str) -> str:
    """A topic by its name, or words that a customer says."""
    if text in TOPICS:
        return text
    if _NAME.fullmatch(text):
        meant = nearest(text, tuple(TOPICS))
        fix = f'did you mean "{meant}"?' if meant else f"known: {', '.join(TOPICS)}"
        raise ValueError(f"is not a topic; {fix} Words that customers say are written with spaces")
    problem = event_problem(text)
    if problem:
        raise ValueError(problem)
    return text


TopicText = Annotated[str, AfterValidator(_topic)]
"""The name of a topic, or words that a customer says."""


def _weight(signal: Signal) -> Any:
    return Field(WEIGHTS[signal], ge=0, le=5, description=signal.meaning)


class Weights(BaseModel):
    """What each signal adds at its strongest; together 1.0 is a handoff, 0 turns a signal off."""

    model_config = _TABLE

    topic: float = _weight(Signal.TOPIC)
    beyond_scope: float = _weight(Signal.BEYOND_SCOPE)
    low_confidence: float = _weight(Signal.LOW_CONFIDENCE)
    agent_proposes: float = _weight(Signal.AGENT_PROPOSES)
    qualified_lead: float = _weight(Signal.QUALIFIED_LEAD)
    mood: float = _weight(Signal.MOOD)
    falling: float = _weight(Signal.FALLING)
    complexity: float = _weight(Signal.COMPLEXITY)
    repeated_failure: float = _weight(Signal.REPEATED_FAILURE)
    prior_contacts: float = _weight(Signal.PRIOR_CONTACTS)
    leaving: float = _weight(Signal.LEAVING)
    sensitive: float = _weight(Signal.SENSITIVE)
    near_resolution: float = _weight(Signal.NEAR_RESOLUTION)
    delay: float = _weight(Signal.DELAY)
    faq: float = _weight(Signal.FAQ)

    @model_validator(mode="before")
    @classmethod
    def _never_weighed(cls, table: Any) -> Any:
        if isinstance(table, Mapping) and Signal.EXPLICIT_REQUEST.value in table:
            raise ValueError(
                "weighs explicit_request, which no setting changes: a request for a person is always honoured; "
                "take the key out"
            )
        return table


class TriageSettings(BaseModel):
    """When a conversation should go to a person. A request for a person is always honoured: it has no key here."""

    model_config = _TABLE

    preset: Preset | None = Field(None, description="The kind of business whose table this one begins with.")
    escalate: tuple[TopicText, ...] | None = Field(
        None, description="Matters that go to a person: topics by name, or words that customers say."
    )
    stay: tuple[TopicText, ...] | None = Field(None, description="Questions that the AI answers, written likewise.")
    require: tuple[ExpressionText, ...] | None = Field(
        None, description="Paths that should be known before a handoff that can wait, beside those of the lane."
    )
    gather_first: bool | None = Field(
        None, strict=True, description="Whether topics wait until what is required is known; urgent ones never do."
    )
    threshold: float | None = Field(None, gt=0, le=5, description="What the signals must come to. Default: 1.0.")
    frustration_lowers: float | None = Field(
        None, ge=0, le=0.9, description="How far the worst mood lowers the threshold. Default: 0.3."
    )
    low_confidence: float | None = Field(None, ge=0, le=1, description="A confidence below it is low. Default: 0.5.")
    low_confidence_for: Mapping[str, Annotated[float, Field(ge=0, le=1)]] = Field(
        {}, description="The same for a kind of issue, by classification.issue_type."
    )
    late_after: int | None = Field(
        None,
        ge=1,
        le=50,
        strict=True,
        description="Turns of the customer after which a person who was due is late. Default: 2.",
    )
    weights: Weights | None = Field(None, description="What each signal adds.")

    def rules(
        self,
        *,
        review: tuple[str, ...] = (),
        never_decides: tuple[str, ...] = (),
        lanes: Mapping[str, tuple[str, ...]] | None = None,
    ) -> TriageRules:
        """These settings with the preset's under them, [review]'s events and what each lane requires."""
        base = PRESETS[self.preset] if self.preset is not None else {}

        def of(name: str, default: Any) -> Any:
            own = getattr(self, name)
            return own if own is not None else base.get(name, default)

        own_weights = self.weights.model_dump(exclude_unset=True) if self.weights is not None else {}
        weights = {signal.value: weight for signal, weight in WEIGHTS.items()} | base.get("weights", {}) | own_weights
        return TriageRules(
            escalate=of("escalate", ESCALATE),
            stay=of("stay", STAY),
            require=of("require", ()),
            gather_first=of("gather_first", False),
            threshold=of("threshold", 1.0),
            frustration_lowers=of("frustration_lowers", 0.3),
            low_confidence=of("low_confidence", 0.5),
            low_confidence_for={name.casefold(): value for name, value in self.low_confidence_for.items()},
            late_after=of("late_after", 2),
            weights={Signal(name): weight for name, weight in weights.items()},
            review=tuple(Event.of(text) for text in review),
            # Sums are not compared there, neither here nor in HO904: whatever the sum, a person decides.
            never_decides=tuple(replace(Event.of(text), least=None) for text in never_decides),
            lanes=lanes or {},
        )


@dataclass(frozen=True, slots=True)
class TriageRules:
    """What a business decides by: every value is there."""

    escalate: tuple[str, ...]
    stay: tuple[str, ...]
    require: tuple[str, ...]
    gather_first: bool
    threshold: float
    frustration_lowers: float
    low_confidence: float
    low_confidence_for: Mapping[str, float]
    late_after: int
    weights: Mapping[Signal, float]
    review: tuple[Event, ...] = ()
    never_decides: tuple[Event, ...] = ()
    lanes: Mapping[str, tuple[str, ...]] | None = None

    def required(self, lane: str | None) -> tuple[str, ...]:
        """The paths that should be known in a lane."""
        return tuple(dict.fromkeys((*self.require, *(self.lanes or {}).get(lane or "", ()))))


def default_rules() -> TriageRules:
    """What holds where a file says nothing."""
    return TriageSettings.model_validate({}).rules()
