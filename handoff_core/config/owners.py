"""``[owners.<id>]``: the people and teams that a packet can be handed to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from handoff_core.config.tables import Email, Table, Text
from handoff_core.routing.hours import Hours


class OwnerSettings(Table):
    """One person, or one team."""

    name: Text = Field(description="Name as people know it; shown in every record.")
    email: Email | None = Field(None, description="Looked up in each destination without an identity below.")
    team: StrictBool = Field(False, description="True for a group of people, e.g. a Zendesk group.")
    identities: Mapping[str, Text] = Field(
        default_factory=dict, description="Id in a destination, by the destination's name."
    )
    hours: Hours | None = Field(None, description="When this owner can be reached, written as [business] hours.")
    languages: Annotated[tuple[Text, ...], Field(min_length=1)] | None = Field(
        None, description='Languages this owner speaks, e.g. ["en", "es"].'
    )
    level: Text | StrictInt | None = Field(None, description="Seniority, in your own words or as a number.")
