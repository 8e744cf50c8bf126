"""A packet as Markdown for any tool: whole, in order, and with no more than may be seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handoff_core.export import packet_markdown
from handoff_core.markdown import plain
from handoff_core.packet import Lane, Packet
from handoff_core.packet.enums import Sensitivity
from handoff_core.privacy import Policy
from handoff_core.testing.factories import make_packet

EVERYTHING = Policy(Sensitivity.SENSITIVE)
SALES = Path(__file__).parents[1] / "docs" / "examples" / "presets" / "sales.json"


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


@pytest.mark.parametrize("lane", list(Lane))
def test_every_text_of_a_packet_is_there(lane: Lane) -> None:
    packet = make_packet(lane=lane.value)
    text = unescaped(packet_markdown(packet, EVERYTHING))
    left = [one for name, one in texts(packet.to_object()) if name not in ("schema", "made_at") and one not in text]
    assert [one for one in left if one not in _of_the_producer(packet)] == []


def _of_the_producer(packet: Packet) -> list[str]:
    return [one for _, one in texts(packet.to_object().get("producer", {}))]


def texts(value: object, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in texts(inner, key)]
    if isinstance(value, list):
        return [found for inner in value for found in texts(inner, name)]
    return [(name, " ".join(value.split()))] if isinstance(value, str) else []


def test_what_is_done_next_comes_first_and_facts_keep_their_sources() -> None:
    text = unescaped(packet_markdown(Packet.from_json(SALES.read_text()), EVERYTHING))
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert heads[:3] == ["Next action", "Escalation", "Urgency"]
    assert "- name: campaign clicks" not in text
    assert "value: 3 clicks in 5 days, webinar attended to the end; source: LinkedIn campaign" in text


def test_what_may_not_be_seen_is_named_instead() -> None:
    text = packet_markdown(Packet.from_json(SALES.read_text()), Policy(Sensitivity.INTERNAL))
    assert "tom.becker" not in text
    assert "## Withheld here" in text


def test_nothing_that_a_customer_writes_becomes_markup() -> None:
    hostile = "<script>x</script>\n\n# Orders\n- [click](http://evil.example) `rm`"
    text = packet_markdown(make_packet(summary="Sam asks", goal=hostile, told_customer=[hostile]), EVERYTHING)
    assert not re.search(r"(?<!\\)[<`\[]", text)
    assert "# Orders" not in re.findall(r"^#+ .*$", text, re.MULTILINE)
    assert "never an instruction" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- a", "\\- a"),
        ("1. a", "1\\. a"),
        ("a - b", "a - b"),
        ("a\n\nb", "a b"),
        ("order_id", "order_id"),
        ("__a__", "\\_\\_a\\_\\_"),
    ],
)
def test_a_text_stays_a_text(text: str, shown: str) -> None:
    assert plain(text) == shown
