"""A packet as one destination may see it, and what is named as withheld."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_core.packet import Packet
from handoff_core.packet.enums import Sensitivity
from handoff_core.privacy import Kind, Policy, PrivacySettings
from handoff_core.privacy.redact import redact
from handoff_core.privacy.tokens import is_withheld
from handoff_core.testing.factories import make_packet

SLACK = Policy(Sensitivity.INTERNAL, region="US")
DESK = Policy(Sensitivity.PERSONAL, region="US")
ALL = Policy(Sensitivity.SENSITIVE, region="US")
PERSONAL: dict[str, Any] = {
    "summary": "Maria (call 312-555-0142) paid with 4242 4242 4242 4242.",
    "transcript": [
        {"speaker": "customer", "text": "Three one two, five five five, oh one four two, or maria@lindqvist.example"},
        {"speaker": "customer", "text": "My other number is (415) 555-2671 and my IBAN is DE89370400440532013000."},
    ],
    "facts": [
        {"name": "allergy", "value": "penicillin", "sensitivity": "sensitive"},
        {"name": "flat", "value": "third floor", "sensitivity": "personal"},
        {"name": "ssn", "value": 536221234},
        {"name": "model", "value": "WH-200"},
    ],
    "analysis": "Mention the PENICILLIN allergy to the medic; lives on the third  floor.",
}  # fmt: skip


def seen(policy: Policy, **changes: Any) -> tuple[Packet, tuple[str, ...]]:
    redacted = redact(make_packet(**(PERSONAL | changes)), policy)
    return redacted.packet, redacted.withheld


def test_slack_sees_no_personal_value_and_the_desk_no_sensitive_one() -> None:
    in_slack, on_desk, everything = (seen(policy)[0].to_json() for policy in (SLACK, DESK, ALL))
    for text in ("4242 4242", "DE8937", "536221234", "penicillin", "PENICILLIN", "A child is mentioned"):
        assert text not in on_desk
        assert text not in in_slack
        assert text in everything
    for text in ("312", "maria@lindqvist.example", "2671", "third floor", "five five five"):
        assert text not in in_slack
        assert text in on_desk


def test_the_same_value_has_the_same_token_however_it_is_written() -> None:
    packet, _ = seen(SLACK)
    assert packet.summary == "Maria (call [phone 1]) paid with [card ending 4242]."
    assert packet.customer is not None
    assert (packet.customer.email, packet.customer.phone) == ("[email 1]", "[phone 1]")


def test_a_token_stays_when_the_conversation_goes_on() -> None:
    policy = Policy(Sensitivity.PERSONAL, kinds=frozenset({Kind.PHONE}), region="US")
    longer = [*PERSONAL["transcript"], {"speaker": "customer", "text": "or 212-555-2222"}]
    before, after = seen(policy)[0], seen(policy, transcript=longer, need="Ring 212-555-2222 first")[0]
    assert after.transcript[: len(before.transcript)] == before.transcript
    assert after.need == "Ring [phone 3] first"


def test_two_cards_with_one_ending_stay_apart() -> None:
    packet, _ = seen(DESK, need="cards 4242424242424242 and 4000000000024242 and 4000 0000 0002 4242")
    assert packet.need == "cards [card ending 4242] and [card ending 4242, 2] and [card ending 4242, 2]"


def test_everything_that_is_withheld_is_named() -> None:
    packet, withheld = seen(SLACK)
    assert packet.transcript == ()
    values = [str(fact.value) for fact in packet.facts]
    assert values == ["[allergy withheld]", "[flat withheld]", "[national id 1]", "WH-200"]
    for name in (
        "the customer's e-mail address",
        "the customer's phone number",
        "the conversation",
        "the fact allergy (sensitive)",
        "the fact flat (personal)",
        "what needs special care",
        "1 card number (shown as tokens)",
    ):
        assert name in withheld
    assert packet.privacy is not None
    assert packet.privacy.sensitive == ("[sensitive remark withheld]",)


def test_nothing_is_named_where_nothing_is_withheld() -> None:
    packet = make_packet(privacy=None)
    assert redact(packet, DESK) == type(redact(packet, DESK))(packet, ())
    assert redact(packet, DESK).packet is packet


def test_what_is_withheld_in_one_field_is_withheld_in_every_text() -> None:
    policy = Policy.of(PrivacySettings(redact=("customer.name",)), highest=Sensitivity.PERSONAL, region="US")
    packet = redact(make_packet(), policy).packet
    assert "Lindqvist " not in packet.summary
    assert "Maria" not in packet.to_json().replace("maria@", "")
    assert packet.next_action.text == "Call [name withheld] and confirm a technician with a flow sensor for 14:00"


@pytest.mark.parametrize("name", ["analysis", "facts.model", "details.error", "customer.company", "events", "details"])
def test_a_field_that_the_settings_name_is_withheld_and_named(name: str) -> None:
    policy = Policy.of(PrivacySettings(redact=(name,)), highest=Sensitivity.SENSITIVE, region="US")
    before = make_packet()
    redacted = redact(before, policy)
    assert redacted.packet != before
    assert len(redacted.withheld) == 1


def test_ids_times_and_links_are_left_alone() -> None:
    details = {"order_id": "4155552671", "extra": {"visits": 3, "door": True}}
    sources = [{"label": "Order", "url": "https://shop.example/4155552671", "record_id": "4155552671"}]
    before = make_packet(details=details, sources=sources, transcript=[])
    packet = redact(before, SLACK).packet
    assert (packet.details, packet.sources) == (before.details, before.sources)
    assert packet.next_action.due == make_packet().next_action.due


def test_a_link_that_holds_an_address_is_left_out_and_named() -> None:
    sources = [{"label": "Chat", "url": "https://chat.example/?user=maria@lindqvist.example"}]
    redacted = redact(make_packet(sources=sources), SLACK)
    assert redacted.packet.sources[0].url is None
    assert "a link that holds personal values" in redacted.withheld


def test_the_packet_that_is_left_is_a_packet() -> None:
    for policy in (SLACK, DESK, Policy(Sensitivity.PUBLIC, region="US")):
        packet = seen(policy)[0]
        assert Packet.from_json(packet.to_json()) == packet


def test_redacting_twice_changes_nothing_more() -> None:
    once = seen(SLACK)[0]
    assert redact(once, SLACK).packet.to_json() == once.to_json()


def test_only_a_whole_marker_passes_for_one() -> None:
    markers = ["[phone 1]", "[card ending 4242]", "[card ending 4242, 2]", "[name withheld]", " [email 12] "]
    assert all(map(is_withheld, markers))
    assert not any(map(is_withheld, ["[ok]", "call [phone 1]", "", "[withheld]", "phone 1", None]))


@pytest.mark.parametrize("policy", [SLACK, DESK, ALL])
def test_what_is_sensitive_is_cut_from_every_text_too(policy: Policy) -> None:
    told = "Find a slot for his knee  mri in an open scanner; he is Claustrophobic, HIV positive"
    privacy = {"sensitive": ["claustrophobic", "knee MRI", "HIV"], "consent": {"sharing": "denied"}}
    packet = redact(make_packet(summary=told, next_action={"text": told}, privacy=privacy), policy).packet
    for text in (packet.summary, packet.next_action.text):
        left = "Find a slot for his [sensitive remark withheld] in an open scanner; he is [sensitive remark withheld]"
        assert text == f"{left}, [sensitive remark withheld] positive"


def test_what_is_sensitive_stays_in_the_texts_where_it_may_be_shown() -> None:
    told = "He is claustrophobic"
    packet = make_packet(need=told, privacy={"sensitive": ["claustrophobic"]})
    assert redact(packet, ALL).packet.need == told
    assert redact(packet, DESK).packet.need == "He is [sensitive remark withheld]"


def test_denied_sharing_takes_a_personal_fact_out_of_the_next_step_as_well() -> None:
    facts = [{"name": "flat", "value": "third floor", "sensitivity": "personal"}, {"name": "model", "value": "sensor"}]
    step = {"text": "Bring the sensor to the third floor"}
    privacy = {"consent": {"sharing": "denied"}}
    packet = redact(make_packet(facts=facts, next_action=step, privacy=privacy), DESK).packet
    assert packet.next_action.text == "Bring the sensor to the [flat withheld]"


def test_a_detail_that_is_withheld_is_cut_from_every_text_as_a_whole_word() -> None:
    policy = Policy.of(PrivacySettings(redact=("details.product",)), highest=Sensitivity.SENSITIVE, region="US")
    packet = make_packet(details={"product": "Boots"}, need="She got two left boots, and a bootstrap", privacy=None)
    redacted = redact(packet, policy)
    assert redacted.packet.need == "She got two left [product withheld], and a bootstrap"
    assert redact(redacted.packet, policy).packet == redacted.packet


def test_a_short_word_of_everywhere_is_no_value_and_a_marker_is_never_cut() -> None:
    facts = [
        {"name": "pregnant", "value": "yes", "sensitivity": "sensitive"},
        {"name": "asked for", "value": "card", "sensitivity": "sensitive"},
        {"name": "child", "value": "Ann", "sensitivity": "sensitive"},
    ]
    need = "Say yes to ann: the card is 4242 4242 4242 4242"
    packet = redact(make_packet(facts=facts, need=need), DESK).packet
    assert packet.need == "Say yes to [child withheld]: the [asked for withheld] is [card ending 4242]"


@pytest.mark.parametrize("name", ["ssn", "SSN", "customer_ssn", "social_security_number", "socialSecurityNumber"])
def test_a_number_whose_field_names_it_is_withheld_whatever_its_checksum(name: str) -> None:
    packet = redact(make_packet(facts=[{"name": name, "value": "078-05-1120"}]), SLACK).packet
    assert packet.facts[0].value == "[national id 1]"


CARD = 4242424242424242
HIDDEN = Policy(Sensitivity.PERSONAL, kinds=frozenset(Kind), region="US")


def test_names_of_facts_and_keys_are_texts_too() -> None:
    facts = [{"name": f"card {CARD}", "value": "x"}, {"name": "maria@lindqvist.example likes", "value": "tea"}]
    details = {"extra": {str(CARD): "x", "door": "open"}}
    packet = redact(make_packet(facts=facts, details=details), HIDDEN).packet
    assert [fact.name for fact in packet.facts] == ["card [card ending 4242]", "[email 1] likes"]
    assert packet.details is not None
    assert packet.details.extra == {"[card ending 4242]": "x", "door": "open"}


def test_two_keys_of_one_value_stay_two_entries() -> None:
    extra = {"[card ending 4242] (2)": "a", str(CARD): "b", "4242 4242 4242 4242": "c", "4242-4242-4242-4242": "d"}
    redacted = redact(make_packet(details={"extra": extra}), HIDDEN)
    assert redacted.packet.details is not None
    left = redacted.packet.details.extra
    assert list(left.values()) == ["a", "b", "c", "d"]
    assert str(CARD)[:8] not in "".join(left).replace(" ", "").replace("-", "")
    assert redact(redacted.packet, HIDDEN).packet == redacted.packet


@pytest.mark.parametrize("value", [CARD, float(CARD), str(CARD)])
def test_a_number_is_withheld_whether_it_is_text_whole_or_a_fraction(value: object) -> None:
    packet = redact(make_packet(facts=[{"name": "n", "value": value}], details={"extra": {"n": value}}), HIDDEN).packet
    assert packet.facts[0].value == "[card ending 4242]"
    assert packet.details is not None
    assert packet.details.extra == {"n": "[card ending 4242]"}


def test_numbers_that_mean_nothing_keep_their_kind() -> None:
    extra = {"visits": 3, "hours": 1.5, "price": 120.0, "door": True, "far": 1e300}
    packet = redact(make_packet(details={"extra": extra}), HIDDEN).packet
    assert packet.details is not None
    assert [(type(one), one) for one in packet.details.extra.values()] == [(type(one), one) for one in extra.values()]


def test_a_withheld_fact_is_named_without_the_values_in_its_name() -> None:
    facts = [{"name": f"card {CARD}", "value": "a secret place", "sensitivity": "sensitive"}]
    redacted = redact(make_packet(facts=facts, need="Look at a secret place"), DESK)
    assert redacted.packet.need == "Look at [card card ending 4242 withheld]"
    assert str(CARD) not in redacted.packet.to_json()
    assert "the fact card card ending 4242 (sensitive)" in redacted.withheld


def test_ids_in_other_systems_are_withheld_where_they_are_certain_or_their_name_says_so() -> None:
    ids = {
        "crm": "4155552671",
        "hubspot": "98765432109",
        "shop": "536221234",
        "stripe": str(CARD),
        "mail": "jane@acme.example",
        "whatsapp": "4155552671",
        "ssn": "536221234",
    }
    customer = {"name": "Jo", "external_ids": ids}
    packet = redact(make_packet(customer=customer), HIDDEN).packet
    assert packet.customer is not None
    assert packet.customer.external_ids == {
        "crm": "4155552671",
        "hubspot": "98765432109",
        "shop": "536221234",
        "stripe": "[card ending 4242]",
        "mail": "[email 1]",
        "whatsapp": "[phone 1]",
        "ssn": "[national id 1]",
    }


def test_names_of_people_and_programs_keep_addresses_and_lose_cards() -> None:
    before = make_packet(
        owner={"id": "dana", "name": f"Dana {CARD}", "email": "dana@acme.example"},
        producer={"name": "bot", "model": f"m {CARD}", "prompt_version": "1"},
        customer={"name": "Jo", "language": str(CARD), "timezone": str(CARD)},
        to=f"agent:{CARD}",
    )
    redacted = redact(before, HIDDEN)
    packet = redacted.packet
    assert packet.owner is not None
    assert (packet.owner.name, packet.owner.email) == ("Dana [card ending 4242]", "dana@acme.example")
    assert packet.to is None
    assert "the agent that it is meant for" in redacted.withheld
    assert str(CARD) not in packet.to_json()
    assert Packet.from_json(packet.to_json()) == packet


def test_the_id_of_a_case_and_its_revision_never_change() -> None:
    packet = redact(make_packet(id=str(CARD), revision=CARD), HIDDEN).packet
    assert (packet.id, packet.revision) == (str(CARD), CARD)


def test_a_record_id_of_a_source_is_withheld_only_where_it_is_a_card() -> None:
    sources = [{"label": str(one), "record_id": one} for one in (CARD, 4155552671)]
    packet = redact(make_packet(sources=sources), SLACK).packet
    assert [one.record_id for one in packet.sources] == ["[card ending 4242]", "4155552671"]


def test_texts_about_a_packet_have_its_tokens_and_change_none() -> None:
    packet = make_packet(need=f"Refund {CARD}, not 4000 0000 0002 4242")
    about = ["not 4000000000024242", "5555 5555 5555 4444"]
    redacted = redact(packet, HIDDEN, about)
    assert redacted.about == ("not [card ending 4242, 2]", "[card ending 4444]")
    assert redacted.packet == redact(packet, HIDDEN).packet
