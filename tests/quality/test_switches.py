"""Rules are switched off and limits are set by business and by lane."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from handoff_core.connector import Owner
from handoff_core.packet import Packet
from handoff_core.quality import RULES, LaneQualitySettings, QualityContext, QualitySettings, assess
from handoff_core.quality.examples import example


def codes(packet: Packet, quality: dict[str, Any], lane: dict[str, Any] | None = None) -> set[str]:
    """The codes that are found with these settings."""
    own = LaneQualitySettings.model_validate(lane) if lane is not None else None
    found = assess(packet, QualitySettings.model_validate(quality), QualityContext(region="US"), own)
    return {one.code for one in found}


def test_a_rule_that_is_ignored_finds_nothing() -> None:
    packet = example({"definition_of_done": None, "summary": "Delayed order"})
    assert codes(packet, {}) == {"HO104", "HO510"}
    assert codes(packet, {"ignore": ["HO104"]}) == {"HO510"}
    assert codes(packet, {}, {"ignore": ["HO510"]}) == {"HO104"}
    assert codes(packet, {"ignore": ["HO104"]}, {"ignore": ["HO510"]}) == set()


@pytest.mark.parametrize(
    ("key", "strict", "loose", "code"),
    [
        ("longest_head", "5s", "40s", "HO703"),
        ("longest_reading", "20s", "3m", "HO702"),
        ("longest_before_reason", 10, 70, "HO704"),
    ],
)
def test_a_limit_is_that_of_the_lane_else_that_of_the_business(key: str, strict: Any, loose: Any, code: str) -> None:
    packet = example({})
    assert codes(packet, {}) == set()
    assert codes(packet, {key: strict}) == {code}
    assert codes(packet, {}, {key: strict}) == {code}
    assert codes(packet, {key: strict}, {key: loose}) == set()


def test_low_confidence_begins_where_the_business_says() -> None:
    packet = example({"confidence": 0.7})
    assert codes(packet, {}) == set()
    assert codes(packet, {"low_confidence": 0.8}) == {"HO110"}


def test_how_much_of_the_summary_may_be_quoted_is_set_too() -> None:
    said = "Sam Ortiz has had no heating since Monday and the reset on the panel"
    packet = example(
        {
            "summary": f"{said} did not help him, which nobody of us expected at all.",
            "transcript": [{"speaker": "customer", "text": f"{said} is what I tried."}],
        }
    )
    assert "HO513" not in codes(packet, {})
    assert "HO513" in codes(packet, {"largest_overlap": 0.3})


def test_a_code_that_no_rule_has_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValidationError, match='did you mean "HO705"'):
        QualitySettings.model_validate({"ignore": ["H0705"]})


def test_the_owner_whom_routing_does_not_know_can_be_ignored_too() -> None:
    assert QualitySettings.model_validate({"ignore": ["HO301"]}).ignored() == {"HO301"}


def test_every_rule_can_be_switched_off_by_itself() -> None:
    context = QualityContext(
        require={"support": ("details.order_id",)},
        region="US",
        routed=False,
        fallback=True,
        owners={"dana": Owner("dana", "Dana Fields")},
        never_decides=("refund",),
    )
    for rule in RULES:
        packet = example(rule.failing)
        without = QualitySettings.model_validate({"ignore": [rule.code]})
        assert rule.code in {one.code for one in assess(packet, QualitySettings.model_validate({}), context)}
        assert rule.code not in {one.code for one in assess(packet, without, context)}
