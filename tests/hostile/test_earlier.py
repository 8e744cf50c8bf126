"""What comes along from an earlier case is as harmless in every system as the case's own words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff_core.connector import Earlier, Offered
from handoff_core.packet import Commitment
from handoff_core.testing.factories import make_packet, make_view
from tests.hostile.markup import Markup

TEXTS = (
    "<script>alert(1)</script><img src=x onerror=y>",
    "<!channel> <@U0DANA> <https://evil.example|click>",
    "{{ticket.requester.email}} {% if x %}",
    "a\u202eb\u200bc",
)


def hostile(text):
    earlier = Earlier(
        "case-17",
        1_793_700_000.0,
        "support",
        False,
        summary=text,
        promises=(Commitment(text=text, to=text),),
        concerns=(text,),
        url="https://desk.acme.example/1",
    )
    packet = make_packet(announcement=None, opening_line=None, commitments=None)
    return replace(make_view(packet), earlier=(earlier,), offered=Offered(text))


@pytest.mark.parametrize("text", TEXTS)
def test_a_zendesk_comment_stays_plain_structure(text):
    from handoff_mappings.zendesk.render import render
    from handoff_mappings.zendesk.settings import ZendeskSettings

    settings = ZendeskSettings.model_validate({"connector": "zendesk", "subdomain": "acme", "token_env": "T"})
    bodies = [payload.body for payload in render(hostile(text), settings)]
    html = str(bodies[0]["comment"]["html_body"])
    assert "promised" in html
    assert list(Markup(html).problems()) == []
    assert "{{" not in html
    assert "{%" not in html


@pytest.mark.parametrize("text", TEXTS)
def test_a_hubspot_note_stays_plain_structure(text):
    from handoff_mappings.hubspot.render import render
    from handoff_mappings.hubspot.settings import HubSpotSettings

    settings = HubSpotSettings.model_validate({"connector": "hubspot", "token_env": "T"})
    [note] = [payload for payload in render(hostile(text), settings) if payload.kind == "note"]
    html = note.body["properties"]["hs_note_body"]
    assert "promised" in html
    assert list(Markup(html).problems()) == []


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_is_live_in_slack(text):
    from handoff_mappings.slack.render import render
    from handoff_mappings.slack.settings import SlackSettings

    settings = SlackSettings.model_validate({"connector": "slack", "token_env": "T", "channel": "C0ALERTS"})
    shown = str([payload.body for payload in render(hostile(text), settings)])
    assert "case-17" in shown
    assert "<!channel>" not in shown
    assert "<@U0DANA>" not in shown
    assert "<https://evil.example" not in shown
