"""Packet expressions: what they find, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from handoff_core.packet import DETAILS_BY_LANE, Expression, ExpressionError, Lane
from handoff_core.packet.expression import ExpressionText
from handoff_core.packet.filters import FILTERS
from handoff_core.packet.path import FACES
from handoff_core.packet.schema import groups
from handoff_core.packet.shape import fields_of
from handoff_core.testing.factories import make_packet

FACTS = [
    {"name": "order_id", "value": "A-1001", "source": "shop", "confidence": 0.9},
    {"name": "first", "value": "named first"},
    {"name": "order id", "value": "spaced"},
    {"name": "count", "value": 3},
    {"name": "when", "value": "2026-11-20T23:30:00-06:00"},
    {"name": "order_id", "value": "a later one"},
    {"name": "paid", "value": False},
]
PACKET = make_packet(facts=FACTS, told_customer=["We call back", "The visit is free"], goal=None)
LINKS = {"desk": "https://desk.example/1", "my-crm": "https://crm.example/2"}

FOUND: list[tuple[str, Any]] = [
    ("summary", PACKET.summary),
    ("urgency.level", "high"),
    ("lane", "support"),
    ("schema", "handoff.packet/1"),
    ("details.order_id", "A-1001"),
    ("details.extra.warranty_years", 5),
    ("details.extra.under_warranty", True),
    ("details.extra.absent", None),
    ("customer.external_ids.crm", "50123"),
    ("confidence", 0.82),
    ("next_action.due", "2026-11-20T11:00:00-06:00"),
    ("next_action.due | date", "2026-11-20"),
    ("goal", None),
    ("goal | upper", None),
    ('goal | default("none given")', "none given"),
    ("goal | default('none given') | upper", "NONE GIVEN"),
    ("facts.order_id", "A-1001"),
    ("facts.order_id.confidence", 0.9),
    ("facts.order_id.source | upper", "SHOP"),
    ("facts.first", "A-1001"),
    ('facts."first"', "named first"),
    ('facts."order id"', "spaced"),
    ("facts.last", False),
    ("facts.count", 3),
    ("facts.count | default('x')", 3),
    ("facts.when | date", "2026-11-20"),
    ("facts.order_id | date", None),
    ("facts.3.value", 3),
    ("facts.99", None),
    ("facts.nobody", None),
    ("facts.paid | upper", "FALSE"),
    ("sources.first.url", "https://calls.acme.example/rec/8841"),
    ("sources.first", "https://calls.acme.example/rec/8841"),
    ('sources."Order A-1001"', "https://shop.acme.example/orders/A-1001"),
    ('sources."Order A-1001".system', "shop"),
    ("sources.first.open_first", True),
    ("transcript.last.speaker", "ai"),
    ("transcript.1.sentiment", -0.5),
    ("told_customer", "We call back, The visit is free"),
    ('told_customer | join(" / ")', "We call back / The visit is free"),
    ("told_customer | upper", "WE CALL BACK, THE VISIT IS FREE"),
    ("told_customer.last", "The visit is free"),
    ("unknowns", "Is the heater in the basement or the attic?"),
    ('decisions_needed.first.options | join("|")', "Yes, at 14:00|No, tomorrow at 08:00"),
    ('facts | join(";")', "A-1001;named first;spaced;3;2026-11-20T23:30:00-06:00;a later one;false"),
    ('events.0.text | default("x") | lower', "hot water stopped"),
    ("privacy.consent.contact", "granted"),
    ("links.desk", "https://desk.example/1"),
    ("links.my-crm", "https://crm.example/2"),
    ("links.nobody", None),
    ('links.nobody | default("-")', "-"),
    ("details.fit_signal | truncate(60)", None),
    ("  urgency . level|upper  ", "HIGH"),
    ("classification.issue_type | tag", "no_hot_water"),
    ("owner.id", None),
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=[text for text, _ in FOUND])
def test_an_expression_finds_its_value(text: str, value: Any) -> None:
    found = Expression.parse(text).evaluate(PACKET, LINKS)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("truncate(5)", "Ünder"[:4] + "…"),
        ("truncate(22)", "Ünder & Öl: 7 × prüfen"),
        ("truncate(1)", "…"),
        ("upper", "ÜNDER & ÖL: 7 × PRÜFEN"),
        ("tag", "nder_l_7_pr_fen"),
        ("lower | truncate(6)", "ünder…"),
    ],
)
def test_filters_work_on_text(text: str, value: str) -> None:
    packet = make_packet(summary="Ünder & Öl: 7 × prüfen")
    assert Expression.parse(f"summary | {text}").evaluate(packet, {}) == value


def test_a_tag_without_letters_is_missing() -> None:
    packet = make_packet(summary="お湯が出ない!")
    assert Expression.parse("summary | tag").evaluate(packet, {}) is None
    assert Expression.parse('summary | tag | default("none")').evaluate(packet, {}) == "none"


def test_every_filter_is_tried_in_these_tests() -> None:
    used = {call.name for text, _ in FOUND for call in Expression.parse(text).calls} | {"truncate", "tag"}
    assert used == set(FILTERS)


HOSTILE = [
    "{{7*7}}",
    "${x}",
    "%s",
    "{0.__class__}",
    "<script>",
    "a\r\nb\t\u202e\u200b",
    "=1+1",
    "'; DROP TABLE x;--",
    "  ",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_customer_text_is_returned_character_for_character(words: str) -> None:
    packet = make_packet(goal=words, facts=[{"name": "x", "value": words}], details={"extra": {"a b": words}})
    for text in ("goal", "facts.x", 'details.extra."a b"', 'goal | default("no")', "goal | truncate(500)"):
        assert Expression.parse(text).evaluate(packet, {}) == words


REFUSED: list[tuple[str, str, int]] = [
    ("", "expected a name", 1),
    (".", "expected a name", 1),
    ("urgency", "urgency.level", 1),
    ("urgency.levle", '"level"', 9),
    ("urgensy.level", '"urgency"', 1),
    ("sumary", '"summary"', 1),
    ("details", "several fields", 1),
    ("details.orderid", '"order_id"', 9),
    ("details.extra", "Add a name", 9),
    ("customer.external_ids", "Add a name", 10),
    ("transcript.hello", "first, last or a number", 12),
    ("told_customer.hello", "first, last or a number", 15),
    ("summary.first", "no parts", 9),
    ("facts.order_id.nothing", "not a field", 16),
    ("links", "links.<destination>", 1),
    ("links.a.b", "links.<destination>", 1),
    ("summary | trunc(3)", '"truncate"', 11),
    ("summary | shout", "There are", 11),
    ("summary | truncate", "truncate(60)", 11),
    ('summary | truncate("3")', "truncate(60)", 11),
    ("summary | truncate(0)", "from 1", 20),
    ("summary | truncate(1000000)", "from 1", 20),
    ("summary | truncate(x)", "from 1", 20),
    ("summary | upper(3)", "Write upper", 11),
    ("summary | default", "default(", 11),
    ("summary | default(3)", "default(", 11),
    ('summary | join(", ")', "lists only", 11),
    ('told_customer | upper | join(", ")', "lists only", 25),
    ("told_customer | date", "times only", 17),
    ("confidence | date", "times only", 14),
    ("urgency.level | date", "times only", 17),
    ("summary |", "expected a filter", 10),
    ("summary | | upper", "expected a filter", 11),
    ("summary upper", "expected", 9),
    ("summary()", "expected", 8),
    ("a..b", "expected a name", 3),
    ('facts.""', "expected a name", 7),
    ('summary | default("x', "not closed", 19),
    ('summary | default("x"', "expected one argument", 22),
    ("{0.__class__}", "cannot stand here", 1),
    ("__class__", "cannot stand here", 1),
    ("summary.__class__", "cannot stand here", 9),
    ('summary."__class__"', "no parts", 9),
    ('customer."__dict__"', "not a field", 10),
    ("model_fields", "not a field", 1),
    ("digest", "not a field", 1),
    ("schema_", "", 1),
    ("facts[0]", "cannot stand here", 6),
    ("facts.-1", "cannot stand here", 7),
    ("{{7*7}}", "cannot stand here", 1),
    ("${HOME}", "cannot stand here", 1),
    ("summary; import os", "cannot stand here", 8),
    ("summary\x00", "cannot stand here", 8),
    ("x" * 1_001, "1,000", 1_000),
]


@pytest.mark.parametrize(("text", "word", "column"), REFUSED, ids=[text[:30] or "empty" for text, _, _ in REFUSED])
def test_a_wrong_expression_says_what_is_wrong_and_where(text: str, word: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression.parse(text)
    assert isinstance(caught.value, ValueError)
    assert word in str(caught.value)
    assert caught.value.column == column
    assert caught.value.fix


def test_hostile_expressions_cost_little() -> None:
    for text in ('"' * 1_000, "a." * 500, "|" * 1_000, '"\\' * 500, "(" * 1_000, "facts." + "9" * 990):
        try:
            Expression.parse(text).evaluate(PACKET, {})
        except ExpressionError:
            continue


@pytest.mark.parametrize("lane", list(Lane))
def test_every_field_of_every_lane_can_be_asked_of_every_packet(lane: Lane) -> None:
    for name in fields_of(DETAILS_BY_LANE[lane]):
        if name == "extra":
            continue
        expression = Expression.parse(f"details.{name}")
        assert expression.evaluate(make_packet(lane=lane), {}) not in (None, "")
        other = Lane.SALES if lane is not Lane.SALES else Lane.SUPPORT
        if name not in fields_of(DETAILS_BY_LANE[other]):
            assert expression.evaluate(make_packet(lane=other), {}) is None


def test_every_member_of_a_list_has_a_face() -> None:
    members = {
        model
        for group in groups()
        for model in (group,)
        if any(f"list[{model.__name__}]" in shown for shown in _lists())
    }
    assert members == set(FACES)


def _lists() -> set[str]:
    from handoff_core.packet import Packet
    from handoff_core.packet.shape import shape_of_field

    shapes = [shape_of_field(field) for model in (Packet, *groups()) for field in fields_of(model).values()]
    return {
        f"list[{model.__name__}]"
        for shape in shapes
        if shape.kind == "list" and shape.item is not None
        for model in shape.item.models
    }


def test_an_expression_knows_its_path_and_its_destination() -> None:
    assert Expression.parse("facts.order_id | upper").path == "facts.order_id"
    assert Expression.parse("facts.order_id").destination is None
    assert Expression.parse("links.desk").destination == "desk"
    assert Expression.parse("links.desk") == Expression.parse("links.desk")


def test_settings_hold_an_expression_as_checked_text() -> None:
    field = TypeAdapter(ExpressionText)
    assert field.validate_python("facts.order_id | upper") == "facts.order_id | upper"
    with pytest.raises(ValidationError, match='Write "level"'):
        field.validate_python("urgency.levle")
