from __future__ import annotations

from typing import Any

import pytest

from handoff_core.connector import Finding
from handoff_core.quality import (
    FAMILIES,
    QUESTIONS,
    RULES,
    SEVERITIES,
    Gate,
    QualityContext,
    QualitySettings,
    assess,
    is_held,
)
from handoff_core.testing.factories import make_packet

ANNOTATE = QualitySettings.model_validate({})


def codes_of(*, context: QualityContext | None = None, **fields: Any) -> list[tuple[str, str]]:
    packet = make_packet(**{"nature": "routine", "risk": None, **fields})
    return [(found.code, found.path) for found in assess(packet, ANNOTATE, context or QualityContext(region="US"))]


def test_a_plain_packet_leaves_no_question() -> None:
    assert codes_of() == []


def test_an_ambiguous_case_names_what_is_not_known() -> None:
    assert codes_of(nature="ambiguous", unknowns=None) == [("HO101", "unknowns")]
    assert codes_of(nature="ambiguous", unknowns=[{"question": "Which order?"}]) == []
    assert codes_of(nature="routine", unknowns=None) == []


def test_a_sensitive_case_names_its_risk() -> None:
    assert codes_of(nature="sensitive") == [("HO102", "risk")]
    assert codes_of(nature="sensitive", risk="  ") == [("HO102", "risk")]
    assert codes_of(nature="sensitive", risk="May sue.") == []


def test_a_lane_needs_what_the_business_says() -> None:
    context = QualityContext(require={"support": ("customer.email", "details.order_id", "facts.serial")}, region="US")
    bare = {"customer": {"name": "Sam", "email": " "}, "details": None}
    assert codes_of(context=context, lane="support", **bare) == [
        ("HO103", "customer.email"),
        ("HO103", "details.order_id"),
        ("HO103", "facts.serial"),
    ]
    assert codes_of(context=context, lane="content", **bare) == []


def test_a_required_value_of_false_or_zero_is_there() -> None:
    context = QualityContext(require={"support": ("facts.paid", "facts.rooms")}, region="US")
    facts = [{"name": name, "value": value, "source": "CRM"} for name, value in (("paid", False), ("rooms", 0))]
    assert codes_of(context=context, facts=facts) == []


@pytest.mark.parametrize("email", ["sam@mail.example", "s.o'hara+x@a.b-c.example", "jürgen@müller.example"])
def test_an_ordinary_address_is_no_finding(email: str) -> None:
    assert codes_of(customer={"email": email}) == []


@pytest.mark.parametrize("email", ["sam", "sam@", "sam@mail", "a b@mail.example", "a@b@c.example", "sam@mail..example"])
def test_an_odd_address_is_a_warning(email: str) -> None:
    assert codes_of(customer={"email": email}) == [("HO201", "customer.email")]


@pytest.mark.parametrize("phone", ["+1 312 555 0142", "(312) 555-0142", "+49 30 1234567 ext. 12", "0044 20 7946 0958"])
def test_an_ordinary_number_is_no_finding(phone: str) -> None:
    assert codes_of(customer={"phone": phone}) == []


@pytest.mark.parametrize("phone", ["call me", "123", "+1 312 555 0142 0000 0000", "312-555-O142", "+0 312 555 0142"])
def test_an_odd_number_is_a_warning(phone: str) -> None:
    assert codes_of(customer={"phone": phone}) == [("HO202", "customer.phone")]


def test_without_a_region_a_number_needs_its_country_code() -> None:
    nowhere = QualityContext()
    assert codes_of(context=nowhere, customer={"phone": "312 555 0142"}) == [("HO202", "customer.phone")]
    assert codes_of(context=nowhere, customer={"phone": "+1 312 555 0142"}) == []


def test_a_packet_for_an_agent_says_that_a_person_gets_it() -> None:
    assert codes_of(to="agent:planner") == [("HO401", "to")]
    assert codes_of(to=None) == []


def test_errors_stand_before_warnings() -> None:
    packet = make_packet(nature="sensitive", risk=None, customer={"email": "odd"}, next_action={"text": "Tomorrow"})
    severities = [found.severity for found in assess(packet, ANNOTATE, QualityContext())]
    assert severities == ["error", "error", "warning"]


def test_with_the_gate_off_nothing_is_judged() -> None:
    packet = make_packet(nature="sensitive", risk=None)
    assert assess(packet, QualitySettings(gate=Gate.OFF), QualityContext()) == ()


def test_no_finding_repeats_the_customer() -> None:
    packet = make_packet(customer={"email": "canary", "phone": "canary"})
    assert not any("canary" in str(found) for found in assess(packet, ANNOTATE, QualityContext()))


@pytest.mark.parametrize(
    ("severity", "gate", "expected"),
    [
        ("error", Gate.HOLD, True),
        ("warning", Gate.HOLD, False),
        ("error", Gate.ANNOTATE, False),
        ("error", Gate.OFF, False),
    ],
)
def test_only_an_error_behind_the_gate_hold_holds_a_packet(severity: str, gate: Gate, expected: bool) -> None:
    assert is_held([Finding("HO1", severity, "", "", "")], gate) is expected
    assert is_held([], Gate.HOLD) is False


def test_every_rule_says_why_and_what_to_do_under_a_code_of_its_own() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.why and rule.fix and rule.severity in SEVERITIES for rule in RULES)
    assert {rule.code[:3] for rule in RULES} == set(FAMILIES)
    assert {rule.question for rule in RULES} == {"", *QUESTIONS}
