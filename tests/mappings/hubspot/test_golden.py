"""One file a lane that shows exactly what is sent; rewrite them with HANDOFF_TEST_WRITE_GOLDEN=1 and read the diff."""

from __future__ import annotations

import pytest

from handoff_core.connector import SiblingLink
from handoff_core.packet import Lane
from handoff_core.testing.factories import make_owner
from handoff_mappings.hubspot import HubSpotSettings, render
from tests.mappings.golden import GOLDEN, assert_golden
from tests.mappings.lanes import view_of

SETTINGS = HubSpotSettings.model_validate(
    {
        "connector": "hubspot",
        "token_env": "HUBSPOT_TOKEN",
        "contact_fields": {"handoff_fit": "details.fit_signal | truncate(60)"},
        "note_fields": {"handoff_lane": "lane"},
        "task_fields": {"handoff_ticket": "links.desk"},
    }
)


@pytest.mark.parametrize("lane", list(Lane))
def test_each_lane_is_shown_as_its_golden_file_says(lane: Lane) -> None:
    settings = SETTINGS if lane is Lane.SALES else SETTINGS.model_copy(update={"contact_fields": {}})
    view = view_of(
        lane,
        owner=make_owner(identity="70001"),
        links=(SiblingLink("desk", "Zendesk", "https://acme.zendesk.example/agent/tickets/42"),),
    )
    shown = [
        {"kind": one.kind, "key": one.key, "withheld": one.withheld, "body": one.body, "local": one.local}
        for one in render(view, settings)
    ]
    assert_golden("hubspot", lane, shown)


def test_there_is_no_golden_file_without_a_lane() -> None:
    assert {path.stem for path in (GOLDEN / "hubspot").glob("*.json")} == {lane.value for lane in Lane}
