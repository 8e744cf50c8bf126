"""What is learnt about an account: its paths, its unique properties, its pages, its limits."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_core.packet import Packet
from handoff_core.testing.factories import make_packet


def test_an_account_on_the_older_paths_works_on_them(rig: Any, second_revision: Packet) -> None:
    rig.sandbox.switches.hubspot.dated_paths = False
    rig.make_unique()
    first = dict(rig.deliver())
    second = rig.deliver(second_revision)
    assert {kind: one.id for kind, one in first.items()} == {kind: one.id for kind, one in second.items()}
    assert "PUT /crm/v4/objects/notes/" in "\n".join(rig.sent("PUT"))
    served = [entry for entry in rig.sandbox.log.of("hubspot") if entry.status == 404 and "2026-03" in entry.path]
    assert len(served) == 1, "the probe is made once"


def test_an_account_without_the_older_paths_works_on_the_dated_ones(rig: Any) -> None:
    rig.sandbox.switches.hubspot.legacy_paths = False
    assert set(rig.deliver()) == {"contact", "note", "task"}
    assert not [line for line in rig.sent() if "/v3/" in line or "/v4/" in line]


def test_a_token_without_the_owners_scope_still_uses_the_dated_paths(rig: Any) -> None:
    rig.sandbox.faults.add("status", status=403, vendor="hubspot", path="/owners/")
    rig.deliver()
    assert "POST /crm/objects/2026-03/notes" in rig.sent()


def test_what_was_learnt_is_asked_again_by_no_other_process(rig: Any) -> None:
    rig.deliver()
    rig.sandbox.log.clear()
    rig.restart()
    rig.deliver(make_packet(id="case-9"))
    assert not rig.sent("GET", "/owners/")
    assert not rig.sent("GET", "/properties/")


def test_a_property_that_is_made_later_is_used_from_the_next_process_on(rig: Any) -> None:
    rig.deliver()
    rig.make_unique()
    rig.remotes.clear()
    rig.deliver(make_packet(id="case-9"))
    assert "POST /crm/objects/2026-03/notes/batch/upsert" in rig.sent()


def test_a_note_is_linked_where_hubspot_says(rig: Any) -> None:
    remotes = rig.deliver()
    assert remotes["note"].url == f"{rig.portal.url}/contacts/24681357/record/0-46/{remotes['note'].id}"


@pytest.mark.parametrize("domain", ["app.hubspot.com", "app-eu1.hubspot.com"])
def test_without_a_url_in_the_answer_the_note_is_opened_at_its_contact(rig: Any, domain: str) -> None:
    rig.sandbox.switches.hubspot.dated_paths = False
    rig.sandbox.switches.hubspot.ui_domain = domain
    remotes = rig.deliver()
    contact, note = remotes["contact"].id, remotes["note"].id
    assert remotes["note"].url == f"https://{domain}/contacts/24681357/record/0-1/{contact}?engagement={note}"
    assert remotes["contact"].url == f"https://{domain}/contacts/24681357/record/0-1/{contact}"
    assert len(rig.sent("GET", "/account-info/")) == 1


def test_the_configuration_may_say_where_the_pages_are(rig: Any) -> None:
    rig.sandbox.switches.hubspot.dated_paths = False
    rig.restart(ui_domain="crm.acme.example", portal_id=7)
    remotes = rig.deliver(make_packet(customer=None))
    assert remotes["note"].url == f"https://crm.acme.example/contacts/7/record/0-46/{remotes['note'].id}"
    assert not rig.sent("GET", "/account-info/")


def test_an_account_that_tells_nothing_of_itself_gives_no_link(rig: Any) -> None:
    rig.sandbox.switches.hubspot.dated_paths = False
    rig.sandbox.faults.add("status", status=403, count=None, vendor="hubspot", path="/account-info/")
    assert rig.deliver()["note"].url is None


def test_the_limits_in_the_headers_are_told(rig: Any) -> None:
    rig.sandbox.switches.limits.hubspot_per_10_seconds = 110
    rig.deliver()
    last = rig.observed[-1]
    assert (last.limit_class, last.calls, last.period) == ("general", 110.0, 10.0)
    assert last.remaining is not None


def test_a_search_tells_no_limits(rig: Any) -> None:
    rig.observed.clear()
    rig.deliver(make_packet(customer={"phone": "+13125550142"}))
    assert len(rig.observed) == len(rig.sent()) - len(rig.sent("POST", "/search"))


def test_an_operation_costs_what_it_really_calls(either: Any, second_revision: Packet) -> None:
    either.deliver()
    either.remotes.clear()
    packet = make_packet(id="case-9", customer={"email": "jon@berg.example"})
    for payload in either.connector.render(either.view(packet)):
        before = len(either.sent())
        either.remotes[payload.kind] = either.connector.create(either.write(payload))
        assert either.connector.cost("create", payload) == {"general": len(either.sent()) - before}
    changed = packet.changed(summary="Worse.", customer={"email": "jon@berg.example", "name": "Jon"})
    for payload in either.connector.render(either.view(changed)):
        before = len(either.sent())
        either.bring_up(payload)
        assert either.connector.cost("update", payload) == {"general": len(either.sent()) - before}
        before = len(either.sent())
        either.connector.find(either.write(payload))
        assert either.connector.cost("find", payload) == {"general": len(either.sent()) - before}
