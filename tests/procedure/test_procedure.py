"""The procedure says what the configuration stands for, and nothing that is secret."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from handoff_core.config import Config, load
from handoff_core.config.kinds import NAMES
from handoff_core.config.starter import starter_toml, usual
from handoff_core.packet import Lane
from handoff_core.packet.enums import Sensitivity
from handoff_core.privacy.kinds import Kind
from handoff_core.procedure import as_html, as_markdown, page_of
from handoff_core.procedure.privacy import _KINDS, _SHOWS
from handoff_core.procedure.words import CASES, span
from handoff_core.triage.topics import TOPICS

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
TOKENS = {"ZENDESK_TOKEN": "zendesk-secret", "HUBSPOT_TOKEN": "hubspot-secret", "SLACK_BOT_TOKEN": "slack-secret"}


def of_kind(kind: str, folder: Path, **changed: object) -> Config:
    answers = replace(usual(kind), zendesk_subdomain="acme", slack_channel="C0ALERTS", **changed)  # type: ignore[arg-type]
    (folder / "handoff.toml").write_text(starter_toml(answers), encoding="utf-8")
    return load(folder / "handoff.toml", TOKENS)


def plain(markdown: str) -> str:
    return re.sub(r"\\(.)", r"\1", markdown)


class Tags(HTMLParser):
    """Every tag and attribute of a page, its text, and whether each element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(name for name, _ in attrs)}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("kind", NAMES)
def test_every_answer_to_the_five_questions_stands_on_the_page(kind: str, tmp_path: Path) -> None:
    config = of_kind(kind, tmp_path, owner_name="Dana Fields", second_name="Omar Reyes", acknowledged_within="7m")
    page = plain(as_markdown(page_of(config)))

    for words in (*usual(kind).always, *usual(kind).never_decides, "Dana Fields", "Omar Reyes", "7 minutes"):
        assert words in page
    for rule in config.routing.rules:
        assert rule.name[1:] in page
    for lane in config.require:
        assert f"| {CASES[Lane(lane)].capitalize()} |" in page
    assert "Not answered yet" not in page
    assert "Nothing is agreed yet" not in page


@pytest.mark.parametrize("kind", NAMES)
def test_nothing_secret_and_no_account_stands_on_the_page(kind: str, tmp_path: Path) -> None:
    config = of_kind(kind, tmp_path, owner_email="dana@acme.example")
    for text in (as_markdown(page_of(config)), as_html(page_of(config))):
        for secret in (*TOKENS, *TOKENS.values(), "dana@acme.example", "C0ALERTS", "sqlite", str(tmp_path)):
            assert secret not in text


def test_the_same_configuration_gives_the_same_page_and_a_change_another_version(tmp_path: Path) -> None:
    first = page_of(of_kind("sales", tmp_path))
    assert as_html(first) == as_html(page_of(of_kind("sales", tmp_path)))
    assert first.version != page_of(of_kind("sales", tmp_path, closed_within="6d")).version


def test_the_whole_example_is_told_with_hours_chain_privacy_and_retention() -> None:
    page = plain(as_markdown(page_of(load(EXAMPLE, TOKENS))))
    for words in (
        "We are open Monday to Friday 08:00-18:00; Saturday 09:00-13:00 (America/Chicago); closed on 2026-11-26, ",
        "| Hot leads: sales; urgency high or critical | Dana Fields | crm and alerts |",
        "| After-hours calls: by call or text; while we are closed | Omar Reyes |",
        "under warranty is true",
        "Dana Fields gets whatever nobody else gets.",
        "| alerts (Slack) | what people of the business may know |",
        "Conversations: 30 days",
        "Nothing is ever sent to a customer by Handoff.",
        "| Omar Reyes |  |  |",
    ):
        assert words in page, words
    assert "Support desk (team)" in page
    (alerts,) = (line for line in page.split("\n") if line.startswith("| alerts (Slack)"))
    assert "phone numbers, the address of a visit, the conversation and what needs special care" in alerts
    assert "| Support desk |  |  |" not in page  # a team signs nothing


def test_duty_levels_and_the_clock_of_a_chain_are_told(tmp_path: Path) -> None:
    changes = {
        "[store]": 'holidays = [2026-11-26, "2026-12-24/2027-01-01", "07-04"]\n[store]',
        "[routing]": (
            '[routing]\nacknowledge_in = "business"\nlevels = ["junior", "boss"]\n'
            'level_for = { high = "boss", needs_authority = "boss" }'
        ),
        'name = "Omar"': (
            'name = "Omar"\nhours = { sat = "00:00-24:00" }\ntimezone = "America/Denver"\naway = ["12-25"]\n'
            'works_holidays = true\nlanguages = ["en", "es"]\nlevel = "boss"'
        ),
    }
    text = starter_toml(replace(usual("home_service"), owner_name="Dana", second_name="Omar"))
    for written, changed in changes.items():
        text = text.replace(written, changed)
    (tmp_path / "handoff.toml").write_text(text)
    page = plain(as_markdown(page_of(load(tmp_path / "handoff.toml", TOKENS))))

    for words in (
        "closed on 2026-11-26, 2026-12-24 to 2027-01-01 and every 07-04.",
        "Levels: high complexity needs boss and reason needs authority needs boss.",
        "| Omar | Saturday 00:00-24:00 (America/Denver), on holidays too | every 12-25 | en and es | boss |",
        "| 10 minutes of opening hours | Omar |",
    ):
        assert words in page, words


@pytest.mark.parametrize("kind", NAMES)
def test_what_goes_to_a_person_in_a_conversation_is_told(kind: str, tmp_path: Path) -> None:
    config = of_kind(kind, tmp_path)
    page = plain(as_markdown(page_of(config)))
    assert "A customer who asks for a person gets one, at once." in page
    for name in config.timing.escalate:
        assert f"- {TOPICS[name].meaning}" in page
    assert "The AI answers itself: " in page


def test_what_is_not_agreed_is_said_at_the_top(tmp_path: Path) -> None:
    (tmp_path / "handoff.toml").write_text(
        '[business]\nid = "a"\n[owners.dana]\nname = "Dana"\nemail = "dana@acme.example"\n'
        '[destinations.alerts]\nconnector = "slack"\ntoken_env = "SLACK_BOT_TOKEN"\nchannel = "C0ALERTS"\n'
        '[routing]\nfallback = "dana"\n'
    )
    page = page_of(load(tmp_path / "handoff.toml", TOKENS))

    assert len(page.open_questions) == 4
    for text, first in ((as_markdown(page), "## 1."), (as_html(page), "<h2>1.")):
        assert text.index("What does the AI never decide?") < text.index(first)
    assert "No opening hours are agreed. Dana gets whatever" in as_markdown(page)
    assert "No limit is agreed yet" in as_markdown(page)


def test_names_can_be_no_markup(tmp_path: Path) -> None:
    name = '<img src=x onerror=alert(1)> | **bold** [x](javascript:y) & "z"'
    page = page_of(of_kind("receptionist", tmp_path, business_name=name, owner_name=name))

    html = Tags(as_html(page))
    assert html.open == []
    assert html.seen.isdisjoint({"img", "src", "onerror", "script", "href", "link"})
    assert name in "".join(html.text)
    markdown = as_markdown(page)
    assert not re.search(r"(?<!\\)<(?!!-- handoff procedure -->)", markdown)
    rows = [re.sub(r"\\.", "", line) for line in markdown.split("\n") if line.startswith("| Urgent calls")]
    assert [row.count("|") for row in rows] == [6]


def test_every_closed_list_has_its_words() -> None:
    assert set(CASES) == set(Lane)
    assert set(_SHOWS) == set(Sensitivity)
    assert set(_KINDS) == set(Kind)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(60, "1 minute"), (5400, "90 minutes"), (86400, "1 day"), (400 * 86400, "400 days"), (0.5, "0.5 seconds")],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert span(seconds) == words
