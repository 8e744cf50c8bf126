"""What a packet holds, and how it reads back."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from handoff_core.packet import (
    DETAILS_BY_LANE,
    CommitmentStatus,
    Customer,
    Fact,
    Lane,
    Packet,
    PacketInvalid,
    Reason,
    SalesDetails,
    Speaker,
    SupportDetails,
    UrgencyLevel,
)
from handoff_core.testing.factories import make_object, make_packet, make_view

THIN: dict[str, Any] = {
    "id": "c1",
    "lane": "support",
    "summary": "A customer waits.",
    "next_action": {"text": "Call back"},
    "escalation": {"reason": "other"},
}


def test_five_fields_make_a_packet() -> None:
    packet = Packet(**THIN)
    assert packet.schema_ == "handoff.packet/1"
    assert packet.lane is Lane.SUPPORT
    assert packet.urgency.level is UrgencyLevel.NORMAL
    assert packet.escalation.reason is Reason.OTHER
    assert packet.facts == ()
    assert packet.goal is None
    assert packet.details is None


def test_plain_values_become_typed_values() -> None:
    packet = make_packet()
    assert packet.commitments[0].status is CommitmentStatus.OPEN
    assert packet.transcript[1].speaker is Speaker.CUSTOMER
    assert packet.next_action.due == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    assert packet.next_action.due.utcoffset() == timedelta(hours=-6)
    assert packet.facts[2].value == 1


@pytest.mark.parametrize("lane", list(Lane))
def test_each_lane_has_its_own_details(lane: Lane) -> None:
    packet = make_packet(lane=lane)
    assert type(packet.details) is DETAILS_BY_LANE[lane]
    assert Packet.from_json(packet.to_json()) == packet


def test_empty_details_are_the_details_of_the_lane() -> None:
    assert Packet(**THIN, details={}).details == SupportDetails()


def test_details_of_another_lane_are_refused() -> None:
    with pytest.raises(PacketInvalid) as caught:
        Packet(**THIN, details=SalesDetails(campaign="spring"))
    assert [problem.path for problem in caught.value.problems] == ["details"]
    with pytest.raises(PacketInvalid) as caught:
        Packet(**THIN, details={"campaign": "spring"})
    assert [problem.path for problem in caught.value.problems] == ["details.campaign"]


def test_parts_may_be_given_as_objects() -> None:
    packet = Packet(**THIN, customer=Customer(name="Maria"), facts=[Fact(name="order_id", value="A-1")])
    assert packet == Packet(**THIN, customer={"name": "Maria"}, facts=[{"name": "order_id", "value": "A-1"}])


def test_null_means_not_given() -> None:
    packet = Packet(**THIN, goal=None, facts=None, urgency=None, details={"order_id": None}, customer={"name": None})
    assert packet.digest == Packet(**THIN).digest


def test_a_packet_does_not_change() -> None:
    packet = make_packet()
    with pytest.raises(ValidationError):
        packet.summary = "other"  # type: ignore[misc]


def test_a_changed_packet_is_checked_and_has_its_own_digest() -> None:
    packet = make_packet()
    before = packet.digest
    changed = packet.changed(summary="Another sentence.", goal=None)
    assert (changed.summary, changed.goal) == ("Another sentence.", None)
    assert changed.digest != before
    assert packet.model_copy(update={"summary": "Another sentence.", "goal": None}).digest == changed.digest
    with pytest.raises(PacketInvalid):
        packet.changed(summary=" ")


def test_an_odd_address_is_not_refused() -> None:
    packet = Packet(**THIN, customer={"email": "not an address", "phone": "call me", "language": "??"})
    assert packet.customer is not None
    assert packet.customer.email == "not an address"


def test_ids_of_other_systems_may_be_whole_numbers() -> None:
    packet = Packet(**THIN, customer={"account_id": 7, "external_ids": {"crm": 50123}}, details={"order_id": 8841})
    assert packet.customer is not None
    assert packet.customer.account_id == "7"
    assert packet.customer.external_ids == {"crm": "50123"}
    assert isinstance(packet.details, SupportDetails)
    assert packet.details.order_id == "8841"


@pytest.mark.parametrize(
    ("source", "label"),
    [
        ({"label": "Ticket", "system": "desk"}, "Ticket"),
        ({"system": "desk", "url": "https://desk.example/1"}, "desk"),
        ({"url": "https://desk.example/1"}, "desk.example"),
        ({"record_id": 42}, "42"),
    ],
)
def test_a_source_is_called_by_what_is_known_of_it(source: dict[str, Any], label: str) -> None:
    packet = Packet(**THIN, sources=[source])
    assert packet.sources[0].label == label
    assert Packet.from_json(packet.to_json()) == packet


@pytest.mark.parametrize(("value", "words"), [("A-1", "A-1"), (3, "3"), (0.5, "0.5"), (True, "true"), (False, "false")])
def test_a_fact_may_be_text_a_number_or_a_boolean(value: str | float | bool, words: str) -> None:
    fact = Packet(**THIN, facts=[{"name": "n", "value": value}]).facts[0]
    assert fact.value == value
    assert type(fact.value) is type(value)
    assert fact.words == words


def test_times_keep_their_offset() -> None:
    text = '"2026-03-01T10:00:00+05:30"'
    packet = Packet.from_json(make_packet(made_at="2026-03-01T10:00:00+05:30").to_json())
    assert packet.made_at == datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
    assert text in packet.to_json()


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
        ("2026-03-01t10:00:00z", "2026-03-01T10:00:00Z"),
        ("2026-03-01 10:00:00+00:00", "2026-03-01T10:00:00Z"),
        ("2026-03-01T10:00:00.5-03:00", "2026-03-01T10:00:00.500000-03:00"),
        ("2026-03-01T10:00:00.1234567899Z", "2026-03-01T10:00:00.123456Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        (datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=2))), "2026-03-01T10:00:00+02:00"),
        (datetime(2026, 7, 1, 10, tzinfo=ZoneInfo("America/Chicago")), "2026-07-01T10:00:00-05:00"),
        (datetime(1850, 7, 1, 10, tzinfo=ZoneInfo("America/Chicago")), "1850-07-01T15:50:36Z"),
    ],
)
def test_a_time_is_written_in_one_way(given: str | datetime, written: str) -> None:
    packet = Packet(**THIN, made_at=given)
    assert packet.to_object()["made_at"] == written
    assert Packet.from_json(packet.to_json()) == packet


def test_the_digest_knows_content_and_nothing_else() -> None:
    packet = make_packet()
    same = make_packet(revision=9, made_at="2027-01-01T00:00:00Z", producer={"name": "other"}, schema=None)
    assert same.digest == packet.digest
    assert len(packet.digest) == 64
    for field in ("summary", "goal", "facts", "transcript", "details", "customer"):
        other = make_packet(**{field: "Changed." if field in ("summary", "goal") else None})
        assert other.digest != packet.digest, field


def test_the_digest_does_not_depend_on_how_a_default_was_written() -> None:
    spelled_out = Packet(**THIN, urgency={"level": "normal"}, facts=[], state={}, details={"extra": {}}, privacy={})
    assert spelled_out.digest == Packet(**THIN).digest


def test_the_canonical_json_is_sorted_utf8_without_spaces() -> None:
    packet = Packet(**THIN | {"summary": "Zoë waits"}, revision=3, producer={"name": "p"})
    assert (
        packet.canonical()
        == (
            '{"escalation":{"reason":"other"},"id":"c1","lane":"support","next_action":{"text":"Call back"},'
            '"summary":"Zoë waits"}'
        ).encode()
    )


def test_json_is_written_in_the_order_of_the_contract() -> None:
    names = list(make_packet(channel="chat", to="agent:planner").to_object())
    assert names[:5] == ["schema", "id", "revision", "made_at", "lane"]
    assert names[-3:] == ["details", "producer", "to"]


def test_customer_text_arrives_byte_for_byte() -> None:
    hostile = '{{7*7}} ${x} %s {0.__class__} <b>&amp; \u202e\u200b \\u0000 "quoted" \x07 e\u0301\r\n'
    packet = make_packet(transcript=[{"speaker": "customer", "text": hostile}], goal=hostile)
    again = Packet.from_json(packet.to_json())
    assert again.transcript[0].text == hostile
    assert again.goal == hostile


def test_from_object_takes_what_to_object_gives() -> None:
    packet = make_packet()
    assert Packet.from_object(packet.to_object()) == packet
    assert Packet.from_object(make_object()) == packet


def test_a_view_is_at_hand_for_mappings() -> None:
    view = make_view(make_packet(id="x"), destination="crm")
    assert (view.key, view.destination, view.owner.id) == ("ho-acme-plumbing.x", "crm", "dana")


def test_the_packet_needs_no_library_but_pydantic() -> None:
    code = (
        "import sys, handoff_core.packet; "
        "print(*sorted({'sqlalchemy', 'requests', 'rich', 'click', 'tree_sitter', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_json_and_digest_of_one_pass_are_those_of_two() -> None:
    packet, same = make_packet(), make_packet()
    assert packet.to_json_and_digest() == (same.to_json(), same.digest)
    assert packet.digest == same.digest
