"""Who a customer is, and what the plan says of a record."""

from __future__ import annotations

import json

import pytest

from handoff_core.connector import Erasure, mark_of, marks_of
from handoff_core.privacy.erasure import (
    CustomerKey,
    customer_in,
    erased_problem,
    normal_phone,
    planned,
    without_transcript,
)

WANTED = Erasure("is deleted", ("Exports stay.",), "Look for it by hand.")


@pytest.mark.parametrize(
    ("asked", "customer", "same"),
    [
        ("maria@lindqvist.example", {"email": " Maria@Lindqvist.Example "}, True),
        ("maria@lindqvist.example", {"email": "mario@lindqvist.example"}, False),
        ("+1 312 555 0142", {"phone": "(312) 555-0142"}, True),
        ("312-555-0142", {"phone": "+13125550142"}, True),
        ("0042", {"phone": "0042"}, False),
        ("+1 312 555 0142", {"phone": "+1 312 555 0143"}, False),
        ("A-7", {"account_id": "A-7"}, True),
        ("A-7", {"account_id": "A-77"}, False),
        ("A-7", {"phone": "7"}, False),
        ("A-7", {}, False),
        ("A-7", {"email": None, "phone": 7, "account_id": ["A-7"]}, False),
    ],
)
def test_a_customer_is_known_by_address_number_or_account(asked: str, customer: dict[str, object], same: bool) -> None:
    assert CustomerKey.of(asked, "US").is_of(customer, "US") is same


def test_nobody_is_no_customer() -> None:
    with pytest.raises(ValueError, match="is blank"):
        CustomerKey.of("  ", "US")


def test_a_number_without_a_country_compares_by_its_digits() -> None:
    assert normal_phone("(312) 555-0142", "") == "3125550142"
    assert normal_phone("order 3125550142", "") is None


@pytest.mark.parametrize("body", ["", "{", "[]", "7", '{"customer": "Maria"}', "{}"])
def test_what_names_no_customer_has_none(body: str) -> None:
    assert customer_in(body) == {}


def test_a_body_without_a_conversation_is_left_as_it_is() -> None:
    assert without_transcript('{"id": "x", "transcript": []}') is None
    assert json.loads(without_transcript('{"id": "x", "transcript": [{}]}') or "") == {"id": "x"}


def test_the_plan_says_who_erases_and_what_stays() -> None:
    done = planned("desk", "Desk", "case", "7", "https://d/7", WANTED)
    assert (done.what, done.stays, done.by_handoff) == ("is deleted", ("Exports stay.",), True)
    lost = planned("desk", "Desk", "case", None, None, WANTED, doubtful=True)
    assert lost.what.startswith("may be there, its answer was lost")
    assert lost.stays == ("Exports stay.", "Look for it by hand.")
    assert not planned("desk", "Desk", "case", "7", None, None).by_handoff
    assert "not in the configuration" in planned("desk", None, "case", "7", None, None).what
    shared = planned("crm", "CRM", "contact", "7", None, WANTED, shared_with=("case-2", "case-3"))
    assert shared.what.startswith("stays: case-2, case-3 of the same customer have it too")


def test_a_refusal_names_the_day() -> None:
    assert erased_problem(1_800_000_000.0).text.startswith("was erased on 2027-01-15:")


def test_a_mark_belongs_to_one_record_and_field() -> None:
    assert mark_of("k", "email", "m@e") == mark_of("k", "email", "m@e")
    assert len({mark_of("k", "email", "m@e"), mark_of("k2", "email", "m@e"), mark_of("k", "phone", "m@e")}) == 3
    wanted = {"a": [mark_of("k", "a", "1"), mark_of("k", "a", "2")]}
    assert marks_of("k", [("a", "1"), ("a", "1"), ("a", "2")]) == wanted
