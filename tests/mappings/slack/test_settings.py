"""The keys of a Slack destination."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from handoff_core.testing.factories import make_packet
from handoff_mappings.slack import SlackSettings, channel_of

LEAST: dict[str, Any] = {"connector": "slack", "token_env": "SLACK_BOT_TOKEN", "channel": "C0ALERTS"}


def test_the_least_that_a_destination_needs() -> None:
    settings = SlackSettings.model_validate(LEAST)
    assert settings.settle == 12.0
    assert settings.min_update_interval == 10.0
    assert settings.channels == ("C0ALERTS",)


@pytest.mark.parametrize("name", ["alerts", "#alerts", "D0DANA", "c0alerts", "C0 ALERTS", ""])
@pytest.mark.parametrize("key", ["channel", "channels_by_urgency", "channels_by_lane"])
def test_a_channels_name_is_refused_with_the_way_to_its_id(key: str, name: str) -> None:
    value = {"channel": name, "channels_by_urgency": {"high": name}, "channels_by_lane": {"sales": name}}[key]
    with pytest.raises(ValidationError, match="copy the id"):
        SlackSettings.model_validate({**LEAST, key: value})


@pytest.mark.parametrize(
    "wrong",
    [
        {"channels_by_urgency": {"urgent": "C0URGENT"}},
        {"channels_by_lane": {"lead": "C0SALES"}},
        {"fields": {"Order": "details.order_id | shout"}},
        {"token": "xoxb-1"},
        {"fields": {f"Field {number}": "summary" for number in range(11)}},
    ],
)
def test_what_nothing_understands_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SlackSettings.model_validate({**LEAST, **wrong})


def test_every_channel_is_listed_once_the_main_one_first() -> None:
    keys = {
        "channels_by_urgency": {"critical": "G0URGENT", "high": "C0ALERTS"},
        "channels_by_lane": {"sales": "C0SALES"},
    }
    settings = SlackSettings.model_validate({**LEAST, **keys})
    assert settings.channels == ("C0ALERTS", "G0URGENT", "C0SALES")
    assert channel_of(settings, make_packet(lane="sales", urgency={"level": "critical"})) == "G0URGENT"
