"""``[owners.<id>]``: the people and teams that a packet can be handed to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictBool, StrictInt

from handoff_core.config.business import known_timezone
from handoff_core.config.tables import Email, Table, Text
from handoff_core.routing.days import Days, DaysOff
from handoff_core.routing.hours import Hours


class OwnerSettings(Table):
    """One person, or one team."""

    name: Text = Field(description="Name as people know it; shown in every record.")
    email: Email | None = Field(None, description="Looked up in each destination without an identity below.")
    team: StrictBool = Field(False, description="True for a group of people, e.g. a Zendesk group.")
    identities: Mapping[str, Text] = Field(
        default_factory=dict, description="Id in a destination, by the destination's name."
    )
    hours: Hours | None = Field(
        None, description="When this owner can be reached, written as [business] hours. Default: at any time."
    )
    timezone: Annotated[str, BeforeValidator(known_timezone)] | None = Field(
        None, description="IANA time zone of these hours. Default: the business's."
    )
    away: DaysOff = Field(
        default_factory=Days, description="Days on which this owner is not there, written as [business] holidays."
    )
    works_holidays: StrictBool = Field(
        False, description="Whether these hours hold on [business] holidays too, e.g. of somebody on call."
    )
    languages: Annotated[tuple[Text, ...], Field(min_length=1)] | None = Field(
        None, description='Languages this owner speaks, e.g. ["en", "es"]. Default: any.'
    )
    level: Text | StrictInt | None = Field(
        None, description="Seniority, in a word of [routing] levels or as a number. Default: enough for anything."
    )
