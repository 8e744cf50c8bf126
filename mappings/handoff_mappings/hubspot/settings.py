"""The keys of a ``[destinations.<name>]`` table with ``connector = "hubspot"``."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from handoff_core.connector import DestinationSettings
from handoff_core.durations import Duration
from handoff_core.packet.expression import ExpressionText

SETTLE: Final = 30.0
"""Seconds after which a note that was accepted is in its contact's list of notes; HubSpot promises no time."""
MIN_UPDATE_INTERVAL: Final = 5.0
"""Seconds between two updates of a record: each costs four calls of the 100 in ten seconds of the smallest plan."""

_PROPERTY: Final = re.compile(r"[a-z][a-z0-9_]{0,99}")
_PORTAL: Final = re.compile(r"\d{1,12}")
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class TaskWhen(StrEnum):
    """When a task goes with the note."""

    ALWAYS = "always"
    """With every packet."""
    WHEN_DUE = "when-due"
    """When the packet has a due time or a deadline, and when the note could be attached to nothing."""
    NEVER = "never"
    """Not at all."""


def _property_name(value: Any) -> Any:
    if isinstance(value, str) and _PROPERTY.fullmatch(value) is None:
        raise ValueError(
            "is not a property's internal name; copy it from HubSpot: Settings, Properties, the property's </> sign "
            "(small letters, digits and _)"
        )
    return value


def _portal(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and _PORTAL.fullmatch(value) is None:
        raise ValueError("is not a HubSpot account id; copy the number behind the account's name in HubSpot's menu")
    return value


def _domain(value: Any) -> Any:
    if isinstance(value, str) and _DOMAIN.fullmatch(value) is None:
        raise ValueError('is not a host name; write it as in your browser, e.g. "app.hubspot.com"')
    return value


PropertyName = Annotated[str, BeforeValidator(_property_name)]
"""The internal name of a HubSpot property."""
PortalId = Annotated[str, BeforeValidator(_portal)]
"""The number of a HubSpot account."""
Domain = Annotated[str, BeforeValidator(_domain)]
"""A host name."""


class HubSpotSettings(DestinationSettings):
    """One HubSpot account."""

    token_env: str = Field(
        description="Name of the variable that holds the access token (service key, private app or OAuth)."
    )
    task: TaskWhen = Field(TaskWhen.WHEN_DUE, description="When a task goes with the note: always, when-due or never.")
    contact_fields: dict[PropertyName, ExpressionText] = Field(
        default_factory=dict, description="Contact properties, each from a packet expression; a person's value stays."
    )
    note_fields: dict[PropertyName, ExpressionText] = Field(
        default_factory=dict, description="Note properties, each from a packet expression."
    )
    task_fields: dict[PropertyName, ExpressionText] = Field(
        default_factory=dict, description="Task properties, each from a packet expression."
    )
    ui_domain: Domain | None = Field(
        None, description="Host of HubSpot's pages, for links; asked of HubSpot when it is not given."
    )
    portal_id: PortalId | None = Field(
        None, description="The account's number, for links; asked of HubSpot when it is not given."
    )
    settle: Duration = Field(
        SETTLE, gt=0, description="How long HubSpot may take to show a record that it has accepted."
    )
    min_update_interval: Duration = Field(
        MIN_UPDATE_INTERVAL, ge=0, description="Least time between two updates of one record."
    )
