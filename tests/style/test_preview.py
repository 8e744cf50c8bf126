"""What a business writes in its file is what its people see: from handoff.toml through the view to three systems."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handoff_core.config import Config, load
from handoff_core.delivery.assessed import assess_packet
from handoff_core.delivery.preview import preview_packet
from handoff_core.packet import Lane
from handoff_core.testing.clock import FakeClock
from handoff_core.views import PreviewRecord
from tests.mappings.lanes import packet_of

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
TOKENS = {"ZENDESK_TOKEN": "zendesk-secret", "HUBSPOT_TOKEN": "hubspot-secret", "SLACK_BOT_TOKEN": "slack-secret"}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    shutil.copy(EXAMPLE, tmp_path / "handoff.toml")
    return load(tmp_path / "handoff.toml", TOKENS)


def previewed(config: Config, lane: Lane, destination: str, kind: str) -> PreviewRecord:
    clock = FakeClock()
    records = preview_packet(config, assess_packet(config, packet_of(lane), now=clock.now()), clock, destination)
    return next(record for record in records if record.kind == kind)


@pytest.mark.parametrize(("destination", "kind"), [("desk", "ticket"), ("crm", "note"), ("alerts", "alert")])
def test_the_style_of_the_file_is_previewed_in_each_system(config: Config, destination: str, kind: str) -> None:
    shown = previewed(config, Lane.SALES, destination, kind)
    text = shown.text.replace("*", "").casefold()
    assert "[LEAD] Marcus Webb" in shown.title
    assert "sales person: " in text
    order = ["fit: four buildings", "why now: good lead", "call marcus", "about 2,000 dollars", "what they want"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)


@pytest.mark.parametrize(("destination", "kind"), [("desk", "ticket"), ("crm", "note"), ("alerts", "alert")])
def test_a_lane_that_takes_the_intake_shows_it_in_each_system(config: Config, destination: str, kind: str) -> None:
    text = previewed(config, Lane.INTERNAL_TASK, destination, kind).text
    assert "[INTERNAL TASK]" in previewed(config, Lane.INTERNAL_TASK, destination, kind).title
    for label in ("Next owner", "Captured", "Why escalated", "Deadline and urgency", "Next action"):
        assert label in text


def test_a_lane_of_which_the_file_says_nothing_has_its_built_in_style(config: Config) -> None:
    assert set(config.styles) == {"sales", "internal_task"}
    assert "Why a person: " in previewed(config, Lane.SUPPORT, "desk", "ticket").text
