"""Whatever stands in a packet: nothing in it is live in Slack, and every limit holds."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from handoff_core.connector import Finding, Payload, RecordState, SiblingLink, Told, View
from handoff_core.packet import Lane, Packet
from handoff_core.testing.factories import make_object, make_owner, make_packet, make_view
from handoff_mappings.slack import SlackSettings, limits, render, validate_blocks
from handoff_mappings.slack.validate import json_length, text_length

SETTINGS = SlackSettings.model_validate(
    {
        "connector": "slack",
        "token_env": "T",
        "channel": "C0ALERTS",
        "channels_by_urgency": {"critical": "C0URGENT"},
        "fields": {"Extra": "customer.name", "What": "summary"},
    }
)
CLOSED = (
    {"schema", "id", "revision", "lane", "channel", "status", "reason", "level", "nature", "complexity", "outcome"}
    | {"sensitivity", "kind", "speaker", "contact", "recording", "sharing", "url"}
    | {"at", "due", "made_at", "told_at", "deadline"}
)
"""Names of fields that do not take free text."""
CONTROL = re.compile(r"<[^<>]*>")
OWNER_MENTION = "<@U0DANA>"

TARGETS = [
    "!channel",
    "!here",
    "!everyone",
    "@U0EVE",
    "#C0ALERTS",
    "!subteam^S0DESK",
    "https://evil.example",
    "mailto:a@b.example",
]
WRAPS = [
    "<{}>",
    "<{}|click me>",
    "<<{}>>",
    "&lt;{}&gt;",
    "<\u200b{}>",
    "\u202e<{}>",
    "`<{}>`",
    "```<{}>```",
    "*<{}>*",
    "> <{}>",
    "\n<{}>\n",
    "<{}",
    "{}>",
]
BARE = [
    "@channel",
    "@here",
    "#general",
    "*Owner*\n@everyone",
    "`",
    "~x~",
    "|",
    "\\u003c!channel\\u003e",
    "<!date^1^{date}|x>",
]
COATS = ["{}", "Hello {} there", "{}{}", "\u2066{}\u2069\ufeff"]
HOSTILE = [
    coat.replace("{}", text)
    for coat, text in itertools.product(
        COATS, [wrap.replace("{}", target) for wrap, target in itertools.product(WRAPS, TARGETS)] + BARE
    )
]


def test_the_corpus_is_large_enough() -> None:
    assert len(set(HOSTILE)) >= 200


def poisoned(value: Any, text: str) -> Any:
    """The same packet with ``text`` in every field that takes free text."""
    if isinstance(value, dict):
        return {
            name: one if name in CLOSED and not isinstance(one, dict) else poisoned(one, text)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [poisoned(one, text) for one in value]
    return text if isinstance(value, str) else value


def poisoned_packet(text: str, lane: str = "support") -> Packet:
    plain = make_object(lane=lane)
    details = {name: value for name, value in plain["details"].items() if name != "due"}
    made = poisoned({**plain, "details": details, "urgency": {"level": "critical"}, "owner": None}, text)
    if "status" in plain["details"]:
        made["details"]["status"] = text
    if "reason" in plain["details"]:
        made["details"]["reason"] = text
    made["details"].pop("links", None)
    return make_packet(**{**made, "lane": lane, "owner": None})


def every_message(packet: Packet, text: str) -> Sequence[Payload]:
    """All kinds of messages at once, for a packet that is known, raised, held and no longer editable."""
    view = make_view(
        packet,
        owner=make_owner(identity="U0DANA"),
        owner_why=text,
        held=True,
        findings=(Finding("odd", "error", text, text, text), Finding("odd", "warning", text, text, text)),
        links=(SiblingLink("desk", "Zendesk", "https://acme.zendesk.example/agent/tickets/42"),),
    )
    key = view.key
    records = {
        "alert": RecordState(
            "alert", key, "C0ALERTS:1763640000.000100", "https://x.slack.example/archives/1", edited=True
        )
    }
    before = make_packet(urgency={"level": "low"}, commitments=None)
    return render(
        replace(view, revision=2, records=records, told=Told(before, make_owner(id="eve", name=text or "Eve"), 1)),
        SETTINGS,
    )


def objects(part: Any) -> Iterator[Mapping[str, Any]]:
    """Every text object in blocks."""
    if isinstance(part, Mapping):
        if part.get("type") in ("mrkdwn", "plain_text"):
            yield part
        for value in part.values():
            yield from objects(value)
    elif isinstance(part, list):
        for value in part:
            yield from objects(value)


def assert_safe(payloads: Sequence[Payload]) -> None:
    assert [payload.kind for payload in payloads] == ["alert", "brief", "pointer", "m2"]
    for payload in payloads:
        blocks, text = payload.body["blocks"], payload.body["text"]
        assert validate_blocks(blocks) == []
        assert text_length(blocks) <= limits.MESSAGE_TEXT
        assert json_length(blocks) <= limits.MESSAGE_JSON
        assert 0 < len(text) <= limits.FALLBACK_TEXT
        for one in objects(blocks):
            if one["type"] == "plain_text":
                assert not re.search(r"<[!@#]", one["text"])
            else:
                assert one["verbatim"] is True
                assert_no_live_control(one["text"])
        assert_no_live_control(text)


def assert_no_live_control(text: str) -> None:
    for control in CONTROL.findall(text):
        assert control == OWNER_MENTION or re.fullmatch(r"<https?://[^|<>]+\|[^|<>]+>", control), control
    rest = CONTROL.sub("", text)
    assert "<" not in rest
    assert not re.search(r"@(here|channel|everyone)\b", rest, re.IGNORECASE)


@pytest.mark.parametrize("chunk", range(8))
def test_no_hostile_string_is_live_anywhere(chunk: int) -> None:
    for text in HOSTILE[chunk::8]:
        assert_safe(every_message(poisoned_packet(text), text))


@pytest.mark.parametrize("lane", list(Lane))
@pytest.mark.parametrize(
    "text", ["<!channel> " * 900, '"' * 6000, "\\" * 5000, "a\n" * 4000, "&" * 3000, "👩‍🔧" * 900, "語" * 3000]
)
def test_no_amount_of_text_breaks_a_limit(lane: Lane, text: str) -> None:
    assert_safe(every_message(poisoned_packet(text, lane), text))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=400))
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_unicode_text_is_live_or_breaks_a_limit(text: str) -> None:
    words = f"x{text}"
    assert_safe(every_message(poisoned_packet(words), words))


@given(st.integers(1, 60), st.integers(1, 700), st.sampled_from(['"', "x ", "<", "é", "\n"]))
@hypothesis_settings(max_examples=40, deadline=None)
def test_no_number_of_entries_breaks_a_limit(count: int, length: int, letter: str) -> None:
    words = "x" + letter * length
    packet = make_packet(
        urgency={"level": "critical"},
        facts=[{"name": f"f{number}", "value": words} for number in range(count)],
        decisions_needed=[{"question": words, "options": [words] * 3}] * count,
        constraints=[{"text": words, "kind": kind} for kind in ("must_not_change", "operational", "legal")] * count,
        commitments=[{"text": f"{words}{number}"} for number in range(count)],
        sources=[
            {"label": words, "url": f"https://desk.example/{'u' * min(length * 2, 1900)}{n}"} for n in range(count)
        ],
    )
    assert_safe(every_message(packet, words))


def named(payload: Payload) -> str:
    return str([block for block in payload.body["blocks"] if block["type"] == "context"])


def plain_view(packet: Packet, **changes: Any) -> View:
    return make_view(packet, owner=make_owner(identity="U0DANA"), **changes)


def test_what_does_not_fit_the_alert_is_named_and_stands_in_the_thread() -> None:
    decisions = [{"question": f"Question {number}: {'word ' * 20}"} for number in range(12)]
    alert, brief = render(plain_view(make_packet(decisions_needed=decisions)), SETTINGS)
    assert "… and" in str(alert.body["blocks"])
    assert "Decisions needed: not in full in the alert; see the thread" in alert.withheld
    assert "In full in the thread: Decisions needed." in named(alert)
    assert "Question 11" not in str(alert.body["blocks"])
    assert "Question 11" in str(brief.body["blocks"])


def test_what_does_not_fit_the_thread_is_named_there_with_where_to_read_it() -> None:
    facts = [{"name": f"fact_{number}", "value": "value " * 40} for number in range(60)]
    events = [{"text": "event " * 60} for _ in range(40)]
    link = SiblingLink("desk", "Zendesk", "https://acme.zendesk.example/agent/tickets/42")
    packet = make_packet(facts=facts, events=events, analysis="thought " * 400, rationale="reason " * 400)
    _, brief = render(plain_view(packet, links=(link,)), SETTINGS)
    assert any(name.startswith("Known (") for name in brief.withheld)
    assert "Shortened: " in named(brief)
    assert "Not shown here for length: " in named(brief)
    assert "<https://acme.zendesk.example/agent/tickets/42|Zendesk>" in named(brief)
    gone = [name.partition(":")[0] for name in brief.withheld if name.endswith("not shown for length")]
    assert gone
    assert all(name in named(brief) for name in gone)


def test_a_sibling_with_an_endless_address_is_not_the_place_to_look() -> None:
    long = SiblingLink("desk", "Zendesk", "https://d.example/" + "u" * 1900)
    _, brief = render(plain_view(make_packet(), links=(long,)), SETTINGS)
    assert validate_blocks(brief.body["blocks"]) == []
    assert "see `handoff show case-8841`" in named(brief)


def test_without_a_sibling_the_reader_is_sent_to_the_command_line() -> None:
    events = [{"text": "event " * 60} for _ in range(40)]
    _, brief = render(plain_view(make_packet(events=events)), SETTINGS)
    assert "see `handoff show case-8841`" in named(brief)


def test_a_long_summary_is_cut_in_the_header_and_whole_below_it() -> None:
    summary = "The water heater is broken and " * 10
    bare = SETTINGS.model_copy(update={"fields": {}})
    alert, _ = render(plain_view(make_packet(summary=summary)), bare)
    title, below = alert.body["blocks"][:2]
    assert title["text"]["text"].endswith("…")
    assert below["text"]["text"] == summary.strip()
    assert alert.withheld == ()


def test_a_link_that_is_too_long_for_the_row_of_buttons_stands_in_the_thread() -> None:
    long = [
        SiblingLink(f"d{number}", f"Desk {number}", f"https://d.example/{'u' * 1400}{number}") for number in range(3)
    ]
    alert, brief = render(plain_view(make_packet(), links=tuple(long)), SETTINGS)
    assert long[1].url in str(alert.body["blocks"])
    assert long[2].url not in str(alert.body["blocks"])
    assert f"*Link 4*\\n• <{long[2].url}|Open in Desk 2>" in str(brief.body["blocks"])
    assert "Link 4: not in full in the alert; see the thread" in alert.withheld
