"""Everything that Slack would refuse is found before it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_mappings.slack import limits
from handoff_mappings.slack.blocks import (
    Block,
    actions,
    context,
    field_section,
    header,
    link_button,
    mrkdwn_text,
    section,
)
from handoff_mappings.slack.validate import validate_blocks


def button(number: int = 0, **changes: Any) -> Block:
    made = link_button(f"open_{number}", "Open", "https://desk.example/1")
    assert made is not None
    return {**made, **changes}


GOOD: list[Block] = [
    header("Case"),
    field_section(["*Owner*\nDana"]),
    section("text"),
    actions([button()]),
    context("ref"),
]


def test_good_blocks_have_no_problem() -> None:
    assert validate_blocks(GOOD) == []


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (header("x" * 151), "151 characters of text, at most 150"),
        (section("x" * 3001), "3001 characters of text, at most 3000"),
        (field_section(["x" * 2001]), "2001 characters of text, at most 2000"),
        ({"type": "section", "fields": [mrkdwn_text("x")] * 11}, "11 fields, at most 10"),
        ({"type": "section"}, "neither text nor fields"),
        (section(" "), "text is empty"),
        (header(""), "text is empty"),
        ({"type": "header", "text": mrkdwn_text("x")}, "text is not one of plain_text"),
        ({"type": "context", "elements": [mrkdwn_text("x")] * 11}, "11 elements"),
        (context("x" * 2001), "2001 characters of text, at most 2000"),
        ({"type": "context", "elements": []}, "0 elements"),
        ({"type": "actions", "elements": [button(n) for n in range(26)]}, "26 buttons"),
        (actions([button(), button()]), "one action_id"),
        (actions([button(action_id="x" * 256)]), "action_id has not 1 to 255"),
        (actions([button(url="https://x.example/" + "x" * 3000)]), "over 3000 characters"),
        (actions([button(url="javascript:alert(1)")]), "not http or https"),
        (actions([button(text={"type": "plain_text", "text": "x" * 76, "emoji": False})]), "at most 75"),
        (actions([{"type": "datepicker"}]), "is not a button"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "x"}}, "without verbatim"),
        ({"type": "section", "text": {"type": "plain_text", "text": "x"}}, "without emoji false"),
        ({"type": "section", "text": "x"}, "text is not one of"),
        ({**section("x"), "block_id": "x" * 256}, "block_id is over 255"),
        ({"type": "markdown", "text": "x"}, "not one that Handoff sends"),
    ],
)
def test_a_block_over_a_limit_is_named(block: Block, problem: str) -> None:
    found = validate_blocks([block])
    assert any(problem in one for one in found), found


def test_a_message_without_blocks_is_named() -> None:
    assert validate_blocks([]) == ["there is no block"]


def test_too_many_blocks_are_named() -> None:
    assert validate_blocks([section("x")] * (limits.BLOCKS + 1)) == ["51 blocks, at most 50"]


def test_the_text_of_a_whole_message_is_counted() -> None:
    assert validate_blocks([section("x" * 2700)] * 3) == ["8100 characters of text, at most 8000"]


def test_the_json_of_a_whole_message_is_counted() -> None:
    problems = validate_blocks([section('"' * 2600)] * 3)
    assert [problem for problem in problems if "characters of JSON, at most 14000" in problem]
