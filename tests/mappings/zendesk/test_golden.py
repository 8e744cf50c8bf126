"""One file a lane that shows exactly what is sent; rewrite them with HANDOFF_TEST_WRITE_GOLDEN=1 and read the diff."""

from __future__ import annotations

import pytest

from handoff_core.connector import RecordState, SiblingLink, Told
from handoff_core.packet import Lane
from handoff_core.testing.factories import make_owner, make_view
from handoff_mappings.zendesk import ZendeskSettings, render
from tests.mappings.golden import GOLDEN, assert_golden
from tests.mappings.lanes import packet_of, view_of

SETTINGS = ZendeskSettings.model_validate(
    {
        "connector": "zendesk",
        "subdomain": "acme",
        "token_env": "ZENDESK_TOKEN",
        "fields": {"360001": "urgency.level", "360003": "sources.first.url"},
        "brief_field": 360010,
        "links_field": 360011,
    }
)
CRM = SiblingLink("crm", "HubSpot", "https://app.hubspot.example/contacts/1/record/0-46/7")


@pytest.mark.parametrize("lane", list(Lane))
def test_each_lane_is_shown_as_its_golden_file_says(lane: Lane) -> None:
    first = view_of(lane, links=(CRM,))
    urgent = packet_of(lane).changed(
        urgency={"level": "critical", "reason": "The owner of the building called"},
        next_action={"text": "Call back within the hour"},
    )
    second = make_view(
        urgent,
        links=(CRM,),
        revision=2,
        owner=make_owner(id="support", name="Support desk", email=None, team=True, identity="360007"),
        records={"ticket": RecordState("ticket", first.key, "42", None)},
        told=Told(first.packet, first.owner, 1),
    )
    (note,) = [one for one in render(second, SETTINGS) if one.kind == "m2"]
    shown = [
        {"kind": one.kind, "key": one.key, "withheld": one.withheld, "body": one.body, "local": one.local}
        for one in (*render(first, SETTINGS), note)
    ]
    assert_golden("zendesk", lane, shown)


def test_there_is_no_golden_file_without_a_lane() -> None:
    assert {path.stem for path in (GOLDEN / "zendesk").glob("*.json")} == {lane.value for lane in Lane}
