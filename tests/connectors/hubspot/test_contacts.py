"""Contacts against the stand-in: found, else made; people's values stay; search decides nothing."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_core.errors import Gone, RateLimited, Unknown
from handoff_core.packet import Packet
from handoff_core.testing.factories import make_packet

MARIA = {"name": "Maria Lindqvist", "email": "maria@lindqvist.example", "phone": "+1 312 555 0142"}
BY_PHONE = {"name": "Maria Lindqvist", "phone": "(312) 555-0142"}


def about(**customer: Any) -> Packet:
    return make_packet(customer=customer)


def contact(rig: Any, packet: Packet) -> Any:
    return rig.bring_up(rig.payloads(rig.view(packet))["contact"])


def test_a_contact_is_found_by_its_id(either: Any) -> None:
    known = either.portal.create("contacts", {"firstname": "Maria", "email": "other@lindqvist.example"})
    found = contact(either, about(**MARIA, external_ids={"hubspot": known.id}))
    assert found.id == known.id
    assert known.properties["email"] == "other@lindqvist.example"
    assert "email" in found.kept


def test_an_id_that_hubspot_does_not_know_falls_back_to_the_address(either: Any) -> None:
    known = either.portal.create("contacts", {"email": MARIA["email"]})
    assert contact(either, about(**MARIA, external_ids={"hubspot": "77"})).id == known.id


def test_a_contact_is_found_by_its_address_without_a_search(either: Any) -> None:
    known = either.portal.create("contacts", {"email": "Maria@Lindqvist.example"})
    assert contact(either, about(**MARIA)).id == known.id
    assert not either.sent("POST", "/search")


def test_a_second_address_of_a_contact_leads_to_it(rig: Any) -> None:
    rig.sandbox.switches.hubspot.email_lookup_sees_secondary = False
    known = rig.portal.create(
        "contacts", {"email": "main@lindqvist.example", "hs_additional_emails": MARIA["email"], "lastname": "L"}
    )
    found = contact(rig, about(**MARIA))
    assert found.id == known.id
    assert known.properties["lastname"] == "L"
    assert known.properties["phone"] == "+13125550142"
    assert len(rig.portal.every("contacts")) == 1


def test_what_people_wrote_stays_and_what_is_empty_is_filled_in(either: Any) -> None:
    known = either.portal.create(
        "contacts", {"email": MARIA["email"], "firstname": "M.", "company": "Lindqvist & Daughters"}
    )
    found = contact(either, about(**MARIA, company="Lindqvist Properties"))
    assert (known.properties["firstname"], known.properties["company"]) == ("M.", "Lindqvist & Daughters")
    assert "lastname" not in known.properties
    assert known.properties["phone"] == "+13125550142"
    assert set(found.kept) == {"firstname", "lastname", "company"}


def test_what_was_ours_is_renewed_and_later_cleared(either: Any) -> None:
    either.remotes["contact"] = contact(either, about(**MARIA, company="Lindqvist Properties"))
    either.remotes["contact"] = contact(either, about(**MARIA, company="Lindqvist Homes"))
    assert either.record("contact").properties["company"] == "Lindqvist Homes"
    either.remotes["contact"] = contact(either, about(**MARIA))
    assert "company" not in either.record("contact").properties


def test_what_a_person_changed_since_is_not_cleared(either: Any) -> None:
    either.remotes["contact"] = contact(either, about(**MARIA, company="Lindqvist Properties"))
    either.portal.update(either.record("contact"), {"company": "Lindqvist & Daughters"})
    either.remotes["contact"] = contact(either, about(**MARIA))
    assert either.record("contact").properties["company"] == "Lindqvist & Daughters"


def test_nothing_is_written_when_nothing_changed(either: Any) -> None:
    either.remotes["contact"] = contact(either, about(**MARIA))
    before = len(either.sent("PATCH"))
    contact(either, about(**MARIA))
    assert len(either.sent("PATCH")) == before


def test_a_known_contact_costs_one_look_up_and_one_update(rig: Any) -> None:
    rig.portal.create("contacts", {"email": MARIA["email"]})
    contact(rig, about(**MARIA))
    assert [line.split()[0] for line in rig.sent(path="/contacts/")] == ["GET", "PATCH"]


@pytest.mark.parametrize("fault", ["apply_then_drop", "apply_then_500", "html_200", "empty_200"])
def test_a_lost_answer_makes_no_second_contact_and_its_fields_are_ours(either: Any, fault: str) -> None:
    payload = either.payloads(either.view(about(**MARIA, company="Lindqvist Properties")))["contact"]
    either.sandbox.faults.add(fault, vendor="hubspot", method="POST", path="/contacts$")
    with pytest.raises(Unknown):
        either.connector.create(either.write(payload))
    assert either.connector.replay_window(payload) == float("inf")
    found = either.connector.find(either.write(payload, since=either.clock.now()))
    assert len(found) == 1
    either.remotes["contact"] = either.connector.update(either.write(payload, remote_id=found[0].id, adopted=True))
    either.remotes["contact"] = contact(either, about(**MARIA, company="Lindqvist Homes"))
    assert either.record("contact").properties["company"] == "Lindqvist Homes"
    assert len(either.portal.every("contacts")) == 1


def test_only_the_first_update_after_a_lost_answer_takes_all_for_ours(rig: Any) -> None:
    payload = rig.payloads(rig.view(about(**MARIA, company="One")))["contact"]
    rig.sandbox.faults.add("apply_then_drop", vendor="hubspot", method="POST", path="/contacts$")
    with pytest.raises(Unknown):
        rig.connector.create(rig.write(payload))
    found = rig.connector.find(rig.write(payload, since=rig.clock.now()))
    rig.remotes["contact"] = rig.connector.update(rig.write(payload, remote_id=found[0].id, adopted=True))
    rig.portal.update(rig.record("contact"), {"company": "Theirs"})
    assert contact(rig, about(**MARIA, company="Two")).kept == ("company",)
    assert rig.record("contact").properties["company"] == "Theirs"


def test_an_imported_contact_that_nobody_touched_is_still_not_ours(rig: Any) -> None:
    known = rig.portal.create("contacts", {"email": MARIA["email"], "company": "Imported"})
    contact(rig, about(**MARIA, company="Lindqvist Homes"))
    assert known.properties["company"] == "Imported"


def test_a_creation_that_somebody_else_was_faster_with_adopts_his(either: Any) -> None:
    payload = either.payloads(either.view(about(**MARIA, company="Ours")))["contact"]
    known = either.portal.create("contacts", {"email": MARIA["email"], "company": "Theirs"})
    made = either.connector.create(either.write(payload))
    assert (made.id, made.kept) == (known.id, ("company",))


def test_a_phone_number_is_adopted_from_a_search(either: Any) -> None:
    known = either.portal.create("contacts", {"mobilephone": "+13125550142"})
    either.clock.advance(31)
    assert contact(either, about(**BY_PHONE)).id == known.id


def test_the_oldest_of_several_with_one_number_is_taken(rig: Any) -> None:
    oldest = rig.portal.create("contacts", {"phone": "+13125550142", "firstname": "A"})
    rig.clock.advance(5)
    rig.portal.create("contacts", {"phone": "+13125550142", "firstname": "B"})
    rig.clock.advance(31)
    assert contact(rig, about(**BY_PHONE)).id == oldest.id


def test_a_number_that_the_search_does_not_show_yet_makes_no_second_contact(rig: Any) -> None:
    rig.make_unique()
    first = contact(rig, about(**BY_PHONE))
    assert rig.portal.get("contacts", first.id).properties["handoff_phone"] == "+13125550142"
    assert contact(rig, about(**BY_PHONE)).id == first.id
    payload = rig.payloads(rig.view(about(**BY_PHONE)))["contact"]
    assert rig.connector.create(rig.write(payload)).id == first.id
    assert rig.connector.replay_window(payload) == float("inf")


def test_without_our_property_a_number_makes_a_plain_contact_and_no_repeat_is_safe(rig: Any) -> None:
    contact(rig, about(**BY_PHONE))
    payload = rig.payloads(rig.view(about(**BY_PHONE)))["contact"]
    assert rig.connector.replay_window(payload) == 0.0
    assert rig.portal.every("contacts")[0].properties["phone"] == "+13125550142"


def test_a_name_alone_is_kept_under_our_key_where_the_portal_has_it(rig: Any) -> None:
    rig.make_unique()
    first = contact(rig, about(name="Maria"))
    assert contact(rig, about(name="Maria")).id == first.id
    assert rig.portal.get("contacts", first.id).properties["handoff_key"] == "ho-acme-plumbing.case-8841"
    assert not rig.sent("POST", "/search")


def test_a_name_alone_is_never_taken_for_somebody_of_the_same_name(rig: Any) -> None:
    other = rig.portal.create("contacts", {"firstname": "Maria"})
    rig.clock.advance(3_600)
    assert contact(rig, about(name="Maria")).id != other.id


def test_a_name_alone_whose_answer_was_lost_is_found_once_the_search_shows_it(rig: Any) -> None:
    payload = rig.payloads(rig.view(about(name="Maria Lindqvist")))["contact"]
    rig.sandbox.faults.add("apply_then_drop", vendor="hubspot", method="POST", path="/contacts$")
    sent_at = rig.clock.now()
    with pytest.raises(Unknown):
        rig.connector.create(rig.write(payload))
    rig.clock.advance(60)
    found = rig.connector.find(rig.write(payload, since=sent_at))
    assert [one.id for one in found] == [rig.portal.every("contacts")[0].id]


def test_an_address_that_hubspot_refuses_does_not_stop_the_contact(rig: Any) -> None:
    made = contact(rig, about(name="Maria", email="maria@lindqvist.e1"))
    assert made.kept == ("email: HubSpot does not take the value",)
    assert rig.portal.get("contacts", made.id).properties["firstname"] == "Maria"


def test_a_customer_of_whom_only_a_refused_address_is_known_still_gets_a_contact(rig: Any) -> None:
    made = contact(rig, about(email="maria@lindqvist.e1"))
    assert rig.portal.get("contacts", made.id).properties["lastname"] == "Unnamed customer"


def test_a_field_that_hubspot_refuses_is_left_out_and_named(either: Any) -> None:
    either.restart(contact_fields={"jobtitle": "lane", "nowhere": "lane", "createdate": "lane"})
    made = contact(either, about(**MARIA))
    assert set(made.kept) == {f"{name}: HubSpot does not take the value" for name in ("createdate", "nowhere")}
    assert either.portal.get("contacts", made.id).properties["jobtitle"] == "support"


def test_an_address_that_belongs_to_somebody_else_is_left_out(either: Any) -> None:
    either.remotes["contact"] = contact(either, about(name="Maria", phone=MARIA["phone"]))
    either.portal.create("contacts", {"email": MARIA["email"]})
    update = either.payloads(either.view(about(**MARIA, company="Acme")))["contact"]
    remote = either.bring_up(update)
    assert remote.kept == ("email: HubSpot does not take the value",)
    assert either.record("contact").properties["company"] == "Acme"


def test_a_lost_answer_to_an_update_leaves_the_field_ours(rig: Any) -> None:
    rig.remotes["contact"] = contact(rig, about(**MARIA, company="One"))
    rig.sandbox.faults.add("apply_then_drop", vendor="hubspot", method="PATCH", path="/contacts/")
    with pytest.raises(Exception, match="broke"):
        contact(rig, about(**MARIA, company="Two"))
    contact(rig, about(**MARIA, company="Three"))
    assert rig.record("contact").properties["company"] == "Three"


def test_a_contact_that_a_person_deleted_is_gone(either: Any) -> None:
    either.remotes["contact"] = contact(either, about(**MARIA))
    either.portal.archive(either.record("contact"))
    with pytest.raises(Gone):
        contact(either, about(**MARIA, company="Acme"))


def test_a_search_over_its_limit_parks_searches_only(rig: Any) -> None:
    rig.sandbox.faults.add("429", form="missing", vendor="hubspot", method="POST", path="/search$")
    with pytest.raises(RateLimited) as raised:
        contact(rig, about(**BY_PHONE))
    assert raised.value.limit_class == "search"


def test_a_contact_is_never_retired(rig: Any) -> None:
    rig.remotes["contact"] = contact(rig, about(**MARIA))
    payload = rig.payloads()["contact"]
    rig.connector.retire(rig.write(payload, remote_id=rig.remotes["contact"].id), keep=rig.remotes["contact"])
    assert len(rig.portal.every("contacts")) == 1


def test_a_plus_sign_and_a_slash_in_an_address_reach_hubspot_as_they_are(rig: Any) -> None:
    known = rig.portal.create("contacts", {"email": "maria+home/1@lindqvist.example"})
    assert contact(rig, about(email="maria+home/1@lindqvist.example")).id == known.id
