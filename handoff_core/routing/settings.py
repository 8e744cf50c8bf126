"""``[routing]``: who is asked when, and in which systems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StrictBool,
    StrictInt,
    model_validator,
)
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_before_validator_function

from handoff_core.durations import Duration
from handoff_core.packet.enums import Channel, Complexity, Lane, Nature, Reason, UrgencyLevel

_FACT = "fact."


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _as_list(value: Any) -> Any:
    """A single value is a list of one."""
    if isinstance(value, list):
        if not value:
            raise ValueError("is an empty list, which never matches; name a value, or leave the key out")
        return value
    return [value]


def _fact_text(value: Any) -> str:
    """Values of facts may be numbers and booleans too: they are compared as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError("is no text, number or boolean; write a value or a list of values")


_FactValue = Annotated[str, BeforeValidator(_fact_text, json_schema_input_type=str | float | bool)]


class _OneOrMany:
    """Marks a tuple that may be written as a single value."""

    def __get_pydantic_core_schema__(self, source: Any, inner: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_before_validator_function(_as_list, inner(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, inner: GetJsonSchemaHandler) -> dict[str, Any]:
        many = inner(schema)
        return {"anyOf": [many.get("items", {}), many]}


T = TypeVar("T")
OneOrMany = Annotated[tuple[T, ...], _OneOrMany()]
"""One of several values; a single one needs no brackets."""


class AcknowledgeIn(StrEnum):
    """In which time an owner's answer is waited for."""

    CLOCK = "clock"
    """Every minute counts."""
    BUSINESS = "business"
    """Only the minutes within the business's hours count."""


Level = Annotated[str, Field(min_length=1)] | StrictInt
"""A level in words of ``levels``, or as a number."""


NEEDS = (*(one.value for one in Complexity), *(one.value for one in Reason))
"""What may ask for a level: a complexity, or a reason of the escalation."""


def _known_needs(value: Any) -> Any:
    if isinstance(value, Mapping):
        for key in value:
            if key not in NEEDS:
                raise ValueError(
                    f'has "{str(key)[:40]}", which is neither a complexity nor a reason; use {", ".join(NEEDS)}'
                )
    return value


class When(_Table):
    """What a rule looks for. Every key given must match; a key matches when it holds one of its values."""

    # "fact.NAME" in quotes is a key of its own to a reader of the schema.
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        json_schema_extra={"patternProperties": {r"^fact\..": {}}},
    )

    lane: OneOrMany[Lane] | None = Field(None, description="Lane of the packet.")
    urgency: OneOrMany[UrgencyLevel] | None = Field(None, description="Urgency level.")
    reason: OneOrMany[Reason] | None = Field(None, description="Reason of the escalation.")
    channel: OneOrMany[Channel] | None = Field(None, description="Where the matter came from.")
    nature: OneOrMany[Nature] | None = Field(None, description="routine, ambiguous or sensitive.")
    issue_type: OneOrMany[str] | None = Field(None, description="classification.issue_type, in any case of letters.")
    complexity: OneOrMany[Complexity] | None = Field(None, description="classification.complexity.")
    language: OneOrMany[str] | None = Field(None, description='customer.language; "en" matches "en-US" too.')
    within_hours: StrictBool | None = Field(
        None, description="true: only within [business] hours; false: only outside them."
    )
    fact: Mapping[str, OneOrMany[_FactValue]] = Field(
        default_factory=dict, description='Value of a fact by its name: fact.NAME = "value", or "fact.NAME" in quotes.'
    )

    @model_validator(mode="before")
    @classmethod
    def _gather_facts(cls, table: Any) -> Any:
        if not isinstance(table, Mapping):
            return table
        rest = {key: value for key, value in table.items() if not (key == "fact" or key.startswith(_FACT))}
        facts = dict(_facts(table))
        return {**rest, "fact": facts} if facts or "fact" in table else rest


def _facts(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if key.startswith(_FACT):
            yield key.removeprefix(_FACT), value
        elif key == "fact":
            yield from _flat(value) if isinstance(value, Mapping) else [("", value)]


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """A dotted fact name arrives from TOML as tables in tables."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value


class Rule(_Table):
    """One rule. Without an owner it means the fallback owner, without destinations every one."""

    name: str = Field(description="Shown as the reason why somebody owns a packet.", min_length=1)
    when: When = Field(default_factory=lambda: When.model_validate({}), description="Without it, always.")
    owner: str | None = Field(None, description="Who owns the next step. Default: the fallback owner.")
    destinations: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        None, description="Where records are made. Default: every destination."
    )
    acknowledge_within: Duration | None = Field(
        None, gt=0, description="How soon the owner is to acknowledge; then the next is asked, at last the fallback."
    )
    acknowledge_in: AcknowledgeIn | None = Field(None, description="As in [routing], for this rule.")
    then: tuple[str, ...] = Field(
        (), description="Next owners while nobody acknowledges, or while the one before cannot take it, in order."
    )


class RoutingSettings(_Table):
    """Who is asked, and where. The first rule that matches wins."""

    fallback: str = Field(description="The owner when no rule names one: nobody is ever left without a human.")
    acknowledge_in: AcknowledgeIn = Field(
        AcknowledgeIn.CLOCK,
        description="Whether the time to acknowledge runs by the clock (clock), or only within [business] hours "
        "(business).",
    )
    levels: tuple[str, ...] = Field(
        (), description="Your words for the level of an owner, the lowest first. Numbers need no list."
    )
    level_for: Annotated[Mapping[str, Level], BeforeValidator(_known_needs)] = Field(
        default_factory=dict,
        description="The least level that takes a packet of this complexity, or with this reason of the escalation.",
    )
    rules: tuple[Rule, ...] = ()
