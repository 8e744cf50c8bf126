"""Consent that was denied is enforced in the packet, and said plainly in every record."""

from __future__ import annotations

import pytest

from handoff_core.connector import Payload, View
from handoff_core.packet import Lane
from handoff_core.packet.enums import Sensitivity
from handoff_core.privacy import Policy
from handoff_core.privacy.redact import redact
from handoff_core.testing.factories import make_packet, make_view
from handoff_mappings.brief import build_brief
from handoff_mappings.hubspot import HubSpotSettings
from handoff_mappings.hubspot import render as hubspot
from handoff_mappings.slack.render import render as slack
from handoff_mappings.slack.settings import SlackSettings
from handoff_mappings.zendesk import ZendeskSettings
from handoff_mappings.zendesk import render as zendesk

DESK = Policy(Sensitivity.PERSONAL, region="US")


def view_with(contact: str = "granted", sharing: str = "granted", lane: str = "support") -> View:
    consent = {"contact": contact, "recording": "granted", "sharing": sharing}
    redacted = redact(make_packet(lane=lane, privacy={"consent": consent}), DESK)
    return make_view(redacted.packet, withheld=redacted.withheld)


def records(view: View) -> dict[str, list[Payload]]:
    return {
        "zendesk": list(zendesk(view, ZendeskSettings(connector="zendesk", subdomain="acme", token_env="T"))),
        "hubspot": list(hubspot(view, HubSpotSettings(connector="hubspot", token_env="T"))),
        "slack": list(slack(view, SlackSettings(connector="slack", token_env="T", channel="C0ALERTS"))),
    }


def words(payloads: list[Payload]) -> str:
    files = "".join(file.content.decode() for one in payloads for file in one.attachments)
    return "".join(f"{one.title} {one.body} {one.text}" for one in payloads) + files


@pytest.mark.parametrize("lane", list(Lane))
def test_without_consent_to_sharing_no_content_leaves(lane: Lane) -> None:
    before = make_packet(lane=lane)
    secret = [turn.text for turn in before.transcript] + [
        "Lindqvist", "maria@", "312 555", "WH-200", "flow sensor rather", "Yearly service", "Elm Street",
        "ACC-77", "A child is mentioned", "after ten seconds",
    ]  # fmt: skip
    for name, payloads in records(view_with(sharing="denied", lane=lane)).items():
        shown = words(payloads)
        assert [text for text in secret if text in shown] == [], name
        assert "consent to share it was denied" in shown
        assert f"handoff show {before.id}" in shown
        assert any("the conversation (6): the customer did not agree to sharing" in one.withheld for one in payloads)


def test_without_consent_to_sharing_the_next_step_still_reaches_the_owner() -> None:
    view = view_with(sharing="denied")
    for payloads in records(view).values():
        assert "and confirm a technician with a flow sensor for 14:00" in words(payloads)
        assert "Dana Fields" in words(payloads)


def test_without_consent_to_contact_the_record_says_so_and_suggests_no_reply() -> None:
    for name, payloads in records(view_with(contact="denied", lane="outbound_reply")).items():
        shown = words(payloads)
        assert "Do not contact the customer" in shown, name
        assert "Hello Maria" not in shown
        assert "five percent" not in shown
        assert any("the drafted reply: the customer does not want to be contacted" in one.withheld for one in payloads)


def test_the_warning_stands_before_everything_that_a_reader_may_skip() -> None:
    sections = build_brief(view_with(contact="denied", sharing="denied")).sections
    assert (sections[0].id, sections[0].above_fold, sections[0].warning) == ("consent_denied", True, True)


def test_consent_that_is_not_known_is_shown_as_not_known_and_nothing_is_withheld() -> None:
    view = view_with(contact="unknown", sharing="unknown")
    assert view.withheld == ()
    section = build_brief(view).section("consent")
    assert section is not None
    assert "Consent to contact: not known" in [item.text for item in section.items]


def test_consent_that_is_granted_is_no_warning() -> None:
    assert build_brief(view_with()).section("consent_denied") is None


def test_a_field_that_is_withheld_is_named_in_each_record() -> None:
    redacted = redact(make_packet(), Policy(Sensitivity.INTERNAL, region="US"))
    view = make_view(redacted.packet, withheld=redacted.withheld)
    for name, payloads in records(view).items():
        assert "customer's phone number" in words(payloads).replace("&#x27;", "'").replace("\\'", "'"), name
        assert any("the customer's phone number" in one.withheld for one in payloads), name
        assert "312 555" not in words(payloads)


def test_a_contact_property_never_holds_a_marker() -> None:
    redacted = redact(make_packet(), Policy(Sensitivity.INTERNAL, paths=frozenset({"customer.name"}), region="US"))
    contact = records(make_view(redacted.packet, withheld=redacted.withheld))["hubspot"][0]
    assert [value for value in contact.body.get("properties", {}).values() if "[" in str(value)[:1]] == []
