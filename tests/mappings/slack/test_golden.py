"""One file a lane that shows exactly what is sent; rewrite them with HANDOFF_TEST_WRITE_GOLDEN=1 and read the diff."""

from __future__ import annotations

import pytest

from handoff_core.connector import SiblingLink
from handoff_core.packet import Lane
from handoff_core.testing.factories import make_owner
from handoff_mappings.slack import SlackSettings, render, validate_blocks
from tests.mappings.golden import GOLDEN, assert_golden
from tests.mappings.lanes import view_of

SETTINGS = SlackSettings.model_validate(
    {
        "connector": "slack",
        "token_env": "SLACK_BOT_TOKEN",
        "channel": "C0ALERTS",
        "channels_by_lane": {"sales": "C0SALES"},
    }
)


@pytest.mark.parametrize("lane", list(Lane))
def test_each_lane_is_shown_as_its_golden_file_says(lane: Lane) -> None:
    view = view_of(
        lane,
        owner=make_owner(identity="U0DANA"),
        links=(SiblingLink("desk", "Zendesk", "https://acme.zendesk.example/agent/tickets/42"),),
    )
    payloads = render(view, SETTINGS)
    shown = [{"kind": one.kind, "key": one.key, "withheld": one.withheld, "body": one.body} for one in payloads]
    assert all(validate_blocks(one.body["blocks"]) == [] for one in payloads)
    assert_golden("slack", lane, shown)


def test_there_is_no_golden_file_without_a_lane() -> None:
    assert {path.stem for path in (GOLDEN / "slack").glob("*.json")} == {lane.value for lane in Lane}
