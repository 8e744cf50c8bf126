"""The keys of a ``[destinations.<name>]`` table with ``connector = "slack"``."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from handoff_core.connector import DestinationSettings
from handoff_core.durations import Duration
from handoff_core.packet import Lane, Packet, UrgencyLevel
from handoff_core.packet.expression import ExpressionText
from handoff_mappings.slack.limits import SECTION_FIELDS

SETTLE: Final = 12.0
"""Seconds after which a posted message is in conversations.history; Slack promises no time, so this is generous."""
MIN_UPDATE_INTERVAL: Final = 10.0
"""Seconds between two edits of a message: about 50 edits a minute are allowed for a whole workspace."""

_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{2,30}")


def _channel_id(value: Any) -> Any:
    if isinstance(value, str) and _CHANNEL.fullmatch(value) is None:
        raise ValueError(
            "is not a channel's id; open the channel in Slack, click its name, and copy the id (C… or G…) at the bottom"
        )
    return value


ChannelId = Annotated[str, BeforeValidator(_channel_id)]
"""The id of a channel. Names are refused: a channel can be renamed, and the lists of messages want the id."""


class SlackSettings(DestinationSettings):
    """One Slack workspace and its channels."""

    token_env: str = Field(description="Name of the variable that holds the bot token (xoxb-…).")
    channel: ChannelId = Field(description="Id of the channel for alerts that no other key sends elsewhere.")
    channels_by_urgency: dict[UrgencyLevel, ChannelId] = Field(
        default_factory=dict, description="Ids of channels by urgency; looked at first."
    )
    channels_by_lane: dict[Lane, ChannelId] = Field(
        default_factory=dict, description="Ids of channels by lane; looked at after the urgency."
    )
    fields: dict[str, ExpressionText] = Field(
        default_factory=dict,
        max_length=SECTION_FIELDS,
        description="Further fields of the alert, at most ten: its label, then a packet expression.",
    )
    settle: Duration = Field(SETTLE, gt=0, description="How long Slack may take to show a message that it took.")
    min_update_interval: Duration = Field(
        MIN_UPDATE_INTERVAL, ge=0, description="Least time between two edits of one message."
    )

    @property
    def channels(self) -> tuple[str, ...]:
        """Every configured channel once, the main one first."""
        ids = (self.channel, *self.channels_by_urgency.values(), *self.channels_by_lane.values())
        return tuple(dict.fromkeys(ids))


def channel_of(settings: SlackSettings, packet: Packet) -> str:
    """Where a new alert for this packet goes: by urgency, else by lane, else the main channel."""
    level = packet.urgency.level
    return settings.channels_by_urgency.get(level) or settings.channels_by_lane.get(packet.lane) or settings.channel
