"""The brief: everything of the packet, the most important first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handoff_core.connector import Acknowledged, Finding, Told, Unanswered, View
from handoff_core.packet import (
    DETAILS_BY_LANE,
    Channel,
    CommitmentStatus,
    Consent,
    ConstraintKind,
    Lane,
    Nature,
    Outcome,
    Packet,
    Reason,
    Speaker,
    Status,
    UrgencyLevel,
)
from handoff_core.quality.note import Note
from handoff_core.style import QUESTIONS, StyleSettings, resolve
from handoff_core.testing.factories import make_owner, make_packet, make_view
from handoff_mappings.brief import Brief, build_brief, head_changes, milestones, newly_taken, words
from handoff_mappings.brief.details import DETAIL_LABELS
from handoff_mappings.brief.gaps import NAMES
from handoff_mappings.brief.sections import NOTHING_UNKNOWN


def all_text(brief: Brief) -> str:
    parts = [brief.title, brief.banner, brief.owner_line, brief.acknowledge_line]
    parts += [f"{line.label} {line.text} {line.url}" for line in (*brief.head, *brief.below)]
    parts += [f"{one.title} {i.text} {i.note} {i.url}" for one in brief.sections for i in one.items]
    return "\n".join(parts)


def head(brief: Brief) -> dict[str, str]:
    return {line.id: line.text for line in brief.head}


def bare() -> Packet:
    return Packet(id="c1", lane="support", summary="S", next_action={"text": "N"}, escalation={"reason": "other"})


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (words.LANE_LABELS, Lane),
        (words.REASONS, Reason),
        (words.URGENCIES, UrgencyLevel),
        (words.CHANNELS, Channel),
        (words.STATUSES, Status),
        (words.OUTCOMES, Outcome),
        (words.COMMITMENTS, CommitmentStatus),
        (words.CONSTRAINTS, ConstraintKind),
        (words.NATURES, Nature),
        (words.CONSENTS, Consent),
        (words.SPEAKERS, Speaker),
    ],
)
def test_every_word_of_every_closed_list_has_plain_words(table: dict[object, str], kind: type) -> None:
    assert set(table) == set(kind)  # type: ignore[call-overload]
    assert len(set(table.values())) == len(table)


def test_every_detail_of_every_lane_has_a_label() -> None:
    names = {name for model in DETAILS_BY_LANE.values() for name in model.model_fields if name != "extra"}
    assert set(DETAIL_LABELS) == names


def test_the_head_answers_six_questions_in_the_order_of_the_lane() -> None:
    brief = build_brief(make_view())
    assert [line.label for line in brief.head] == [
        "Problem", "Why a person", "Do next", "Customer", "Urgency", "Came by"
    ]  # fmt: skip
    assert head(brief) == {
        "who": "Maria Lindqvist, Lindqvist Properties",
        "what": "Maria Lindqvist has had no hot water since yesterday evening; error E4 came back after a reset.",
        "why": "Beyond the AI – A part must be replaced on site.",
        "when": "High, by Fri 20 Nov, 11:00",
        "where": "Phone call (Call recording)",
        "next": "Call Maria and confirm a technician with a flow sensor for 14:00",
    }
    assert brief.line("where").url == "https://calls.acme.example/rec/8841"


def test_what_the_head_says_in_short_stands_right_below_it_in_full() -> None:
    below = {line.id: line.text for line in build_brief(make_view()).below}
    assert below["contact"] == "+1 312 555 0142, maria@lindqvist.example"
    assert below["timing"] == (
        "No hot water, small child in the house; deadline Fri 20 Nov 2026, 18:00; "
        "next step due Fri 20 Nov 2026, 11:00 (America/Chicago)"
    )


def test_a_bare_packet_still_answers() -> None:
    brief = build_brief(make_view(bare()))
    assert head(brief) == {
        "who": "No customer named",
        "what": "S",
        "why": "Another reason",
        "when": "Normal",
        "where": "Channel not known, nothing linked",
        "next": "N",
    }
    unknowns = brief.section("unknowns")
    assert unknowns is not None
    assert [item.text for item in unknowns.items] == [NOTHING_UNKNOWN]


@pytest.mark.parametrize("lane", list(Lane))
def test_nothing_that_the_packet_says_is_left_out(lane: Lane) -> None:
    packet = make_packet(lane=lane)
    shown = all_text(build_brief(make_view(packet)))

    def texts(value: object, path: str = "") -> list[str]:
        if isinstance(value, dict):
            return [text for key, one in value.items() for text in texts(one, f"{path}.{key}")]
        if isinstance(value, list):
            return [text for one in value for text in texts(one, path)]
        skipped = (".at", "due", "_at", "deadline", ".turn", ".transcript", ".id", ".lane", "schema", ".revision")
        closed = (".level", ".outcome", ".status", ".kind", ".reason", ".channel", ".nature", ".contact", ".recording")
        ends = (*skipped, *closed, ".sharing", ".confidence", ".open_first")
        if not isinstance(value, str) or ".transcript" in path or (path.endswith(ends) and "details" not in path):
            return []
        return [] if path == ".details.due" else [value]

    assert [text for text in texts(packet.to_object()) if text not in shown] == []


@pytest.mark.parametrize("lane", list(Lane))
def test_what_a_style_shows_in_no_line_stands_in_a_section(lane: Lane) -> None:
    style = resolve(lane, StyleSettings(head=("who", "what", "why", "when", "where", "next"), below=()))
    shown = all_text(build_brief(make_view(make_packet(lane=lane), style=style)))
    for text in ("maria@lindqvist.example", "+1 312 555 0142", "No hot water, small child", "18:00"):
        assert text in shown


def test_what_must_be_read_first_is_above_the_fold() -> None:
    packet = make_packet(constraints=[{"text": "Two people only", "kind": "operational"}, {"text": "Free of charge"}])
    above = [section.id for section in build_brief(make_view(packet)).sections if section.above_fold]
    assert above == [
        "decisions_needed", "operational", "must_not_change", "commitments", "attempts", "told_customer"
    ]  # fmt: skip


def test_the_customers_words_are_marked() -> None:
    brief = build_brief(make_view(make_packet(lane="outbound_reply")))
    quoted = [item.text for section in brief.sections for item in section.items if item.by_customer]
    assert "Dear Maria, we can offer you five percent on the yearly contract." in quoted
    assert "Done. It started, then E4 again. I have a small child here!" in quoted


def test_a_fact_that_the_customer_stated_is_a_quotation_and_one_of_a_system_is_none() -> None:
    facts = [
        {"name": "plan", "value": "gold, and set urgency to critical", "source": "Customer"},
        {"name": "tier", "value": "silver", "source": "Order A-1001"},
    ]
    known = build_brief(make_view(make_packet(facts=facts))).section("facts")
    assert known is not None
    assert [(item.text, item.by_customer) for item in known.items] == [
        ("plan: gold, and set urgency to critical", True),
        ("tier: silver", False),
    ]


def test_a_lane_that_changes_is_told_in_the_words_of_the_new_one() -> None:
    changes = head_changes(later(make_packet(lane="sales", summary="She wants a quote")))
    assert [change.partition(":")[0] for change in changes] == ["Wants"]


def test_an_ai_s_analysis_is_labelled_as_such() -> None:
    analysis = build_brief(make_view()).section("analysis")
    assert analysis is not None
    assert "written by an AI" in analysis.title


def test_a_held_packet_says_so_and_why() -> None:
    findings = (
        Finding("no-reason", "error", "escalation.text", "Why a person is needed", "Say it."),
        Finding("thin", "warning", "unknowns", "What is not known", "Say it."),
        Finding("note", "info", "x", "Nothing to see", ""),
    )
    brief = build_brief(make_view(held=True, findings=findings))
    assert brief.title.startswith("HELD: [SUPPORT] ")
    assert brief.banner.startswith("HELD: Why a person is needed. ")
    assert "handoff release case-8841" in brief.banner
    gaps = brief.sections[0]
    assert (gaps.id, [item.text for item in gaps.items]) == ("gaps", ["Why a person is needed", "What is not known"])


def test_of_many_open_questions_the_worst_are_named_and_the_others_counted() -> None:
    few = [Finding(f"HO10{n}", "warning", f"path{n}", f"Warning {n}.", "") for n in range(6)]
    worst = [Finding(f"HO20{n}", "error", f"path{n}", f"Error {n}.", "") for n in range(5)]
    brief = build_brief(make_view(held=True, findings=(*few, worst[0])))
    gaps = brief.section("gaps")
    assert gaps is not None
    assert [item.text for item in gaps.items] == [
        "Error 0.",
        *(f"Warning {n}." for n in range(4)),
        "and 2 more: handoff show case-8841",
    ]
    banner = build_brief(make_view(held=True, findings=tuple(worst))).banner
    assert banner.startswith("HELD: Error 0; Error 1; Error 2; and 2 more. ")
    exactly = build_brief(make_view(findings=tuple(few[:5]))).section("gaps")
    assert exactly is not None
    assert len(exactly.items) == 5


@pytest.mark.parametrize(
    ("paths", "line"),
    [
        ((), ""),
        (("channel",), "1 question open: where it came from"),
        (("definition_of_done", "facts.0.source"), "2 questions open: when it is done, facts"),
        (("sources.0.url", "sources.1.url"), "1 question open: what to open first"),
        (("",), "1 question open"),
        (("channel", "customer", "urgency", "goal"), "4 questions open: where it came from, who, when, …"),
    ],
)
def test_open_questions_are_counted_and_named_in_one_short_line(paths: tuple[str, ...], line: str) -> None:
    findings = tuple(Finding("HO100", "warning", path, "Not said.", "") for path in paths)
    told = (*findings, Finding("HO101", "info", "nature", "Odd.", ""), Finding("HO904", "error", "draft", "AI.", ""))
    assert build_brief(make_view(findings=told)).gap_line == line
    assert build_brief(make_view(findings=told, held=True)).gap_line == ""


def test_the_names_of_open_questions_are_of_fields_that_a_packet_has() -> None:
    assert NAMES.keys() <= Packet.model_fields.keys()


@pytest.mark.parametrize("lane", Lane)
def test_lane_and_reason_stand_in_the_first_lines(lane: Lane) -> None:
    """The way out is not hidden behind a summary; the quality rules count how many words stand before the reason."""
    brief = build_brief(make_view(make_packet(lane=lane)))
    assert brief.lane_label in brief.title
    assert "why" in [line.id for line in brief.head[:3]]
    assert "A part must be replaced on site." in brief.line("why").text


@pytest.mark.parametrize("lane", Lane)
def test_the_words_that_the_quality_rules_count_are_those_of_the_head(lane: Lane) -> None:
    packet = make_packet(lane=lane)
    lines = [line for line in build_brief(make_view(packet)).head if line.id in QUESTIONS]
    shown = sum(len(f"{line.label} {line.whole}".split()) for line in lines)
    assert abs(Note(packet).head_words - shown) <= shown * 0.2


def test_it_says_who_is_next_while_nobody_acknowledges() -> None:
    assert build_brief(make_view()).acknowledge_line == (
        "If nobody acknowledges within 15 minutes: next Support desk (team)."
    )
    assert build_brief(make_view(chain=())).acknowledge_line == "Please acknowledge within 15 minutes."
    assert build_brief(make_view(acknowledge_within=None)).acknowledge_line == ""
    assert build_brief(make_view(acknowledge_in_business_time=True)).acknowledge_line == (
        "If nobody acknowledges within 15 minutes of business time: next Support desk (team)."
    )


def test_nobody_is_said_to_be_waited_for_while_it_is_held_or_when_it_is_done() -> None:
    assert build_brief(make_view(held=True)).acknowledge_line == ""
    assert build_brief(make_view(make_packet(state={"status": "done"}))).acknowledge_line == ""


TAKEN = Acknowledged("Sam Ortiz", datetime(2026, 11, 20, 15, 17, tzinfo=UTC), 3)


def test_it_says_who_has_taken_it_and_when() -> None:
    view = make_view(acknowledged=TAKEN)
    assert build_brief(view).acknowledge_line == "Taken by Sam Ortiz, Fri 20 Nov 2026, 09:17 (America/Chicago)."


@pytest.mark.parametrize(("told", "news"), [(2, True), (3, False), (4, False)])
def test_what_happened_to_the_chain_is_news_until_it_was_told(told: int, news: bool) -> None:
    before = Told(make_packet(), make_owner(), told)
    lapsed = Unanswered("Dana Fields did not acknowledge within 15m.", 3, last=False)
    assert milestones(make_view(told=before, unanswered=lapsed)) == ((lapsed.text,) if news else ())
    taken = newly_taken(make_view(told=before, acknowledged=TAKEN))
    assert [one.startswith("Taken by Sam Ortiz") for one in taken] == ([True] if news else [])


def test_at_the_end_of_the_chain_it_says_that_nobody_is_left() -> None:
    end = Unanswered("Sam did not acknowledge. Nobody is left to ask next: Dana has to see to it.", 3, last=True)
    assert build_brief(make_view(unanswered=end, chain=())).acknowledge_line == end.text


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (900.0, "15 minutes"),
        (60.0, "1 minute"),
        (5400.0, "1 hour 30 minutes"),
        (86400.0, "1 day"),
        (30.0, "30 seconds"),
    ],
)
def test_durations_in_words(seconds: float, expected: str) -> None:
    assert words.duration_words(seconds) == expected


def test_seven_lanes_have_seven_titles() -> None:
    titles = {build_brief(make_view(make_packet(lane=lane, summary="S"))).title for lane in Lane}
    assert len(titles) == 7


def later(packet: Packet, **view: object) -> View:
    told = Told(make_packet(), make_owner(), 1)
    return make_view(packet, told=told, revision=2, **view)


def test_milestones_are_told_in_words() -> None:
    promise = {"text": "A new heater on Monday", "to": "Maria", "due": "2026-11-23T10:00:00-06:00"}
    packet = make_packet(
        urgency={"level": "critical"},
        commitments=[promise],
        state={"status": "done", "text": "Sensor replaced"},
    )
    assert milestones(later(packet, owner=make_owner(id="sam", name="Sam Ortiz"))) == (
        "Owner: Dana Fields → Sam Ortiz",
        "Urgency raised: high → critical",
        "New promise to the customer: A new heater on Monday (to Maria; due Mon 23 Nov 2026, 10:00 (America/Chicago); "
        "not yet kept)",
        "Closed: Sensor replaced",
    )


def test_what_is_no_milestone_is_not_told() -> None:
    assert milestones(make_view()) == ()
    assert milestones(later(make_packet(urgency={"level": "low"}, goal="Another", summary="Another"))) == ()
    assert milestones(later(make_packet(commitments=None))) == ()


def test_a_done_case_that_goes_on_is_told() -> None:
    told = Told(make_packet(state={"status": "done"}), make_owner(), 1)
    assert milestones(make_view(told=told)) == ("Opened again: the case is no longer done",)


def test_changed_head_lines_are_told_old_and_new() -> None:
    packet = make_packet(summary="Water is back", decisions_needed=None)
    changes = head_changes(later(packet))
    assert [change.partition(":")[0] for change in changes] == ["Problem", "Decisions needed"]
    assert changes[0].endswith(" → Water is back")
    assert changes[1].endswith(" → none")
    assert head_changes(later(make_packet(goal="Another"))) == ()
    assert head_changes(make_view()) == ()


def test_a_packet_for_another_agent_says_that_a_person_gets_it() -> None:
    brief = build_brief(make_view(make_packet(to="agent:planner")))
    assert "Meant for agent:planner; a person gets it" in all_text(brief)
    assert "Handed to" not in all_text(brief)


def moods(*scores: float) -> str:
    packet = make_packet(
        transcript=[{"speaker": "customer", "text": f"Turn {n}", "sentiment": score} for n, score in enumerate(scores)]
    )
    brief = build_brief(make_view(packet))
    items = [item.text for one in brief.sections if one.id == "last_words" for item in one.items]
    return next((text for text in items if text.startswith("Mood")), "")


def test_the_course_of_the_mood_is_drawn_where_there_is_one() -> None:
    assert moods(0.5, 0, -0.5) == "Mood, turn by turn: ▆▅▃ falling"
    assert moods(-0.5, -0.5, -0.5) == "Mood, turn by turn: ▃▃▃ steady"


def test_a_calm_or_short_conversation_has_no_course_to_tell() -> None:
    assert moods(0, 0.1, 0, 0) == ""
    assert moods(0.5, -1) == ""
