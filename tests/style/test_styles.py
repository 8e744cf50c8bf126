"""The built-in styles as a table, and what a business makes of them."""

from __future__ import annotations

import pytest

from handoff_core.packet import DETAILS_BY_LANE, Lane
from handoff_core.style import BUILT_IN, QUESTIONS, SECTIONS, StyleSettings, built_in, line_labels, lines_for, resolve
from handoff_core.style.lines import DETAIL_LABELS, OTHER_LINES
from handoff_core.style.reading import count_words, words_in
from handoff_core.style.sections import ALWAYS_ABOVE
from handoff_core.style.styles import MOST_ITEMS
from handoff_mappings.brief.lines import _SAYS


def test_every_lane_has_a_style_and_there_is_one_more_for_intake() -> None:
    assert set(BUILT_IN) == {*(lane.value for lane in Lane), "intake"}


@pytest.mark.parametrize("style", BUILT_IN.values(), ids=BUILT_IN)
def test_every_style_answers_the_six_questions_and_places_every_section_once(style) -> None:
    assert set(QUESTIONS) <= set(style.head)
    assert len({*style.head, *style.below}) == len((*style.head, *style.below))
    assert sorted((*style.above, *style.order)) == sorted(SECTIONS)
    assert set(ALWAYS_ABOVE) <= set(style.above)
    assert set(style.labels) <= {"owner", *line_labels(), *SECTIONS}


@pytest.mark.parametrize("lane", Lane)
def test_a_lane_s_style_names_lines_of_its_lane(lane: Lane) -> None:
    style = built_in(lane)
    assert {*style.head, *style.below} <= set(lines_for(lane))


def test_marks_and_symbols_tell_the_lanes_apart() -> None:
    assert len({style.mark for style in BUILT_IN.values()}) == len(BUILT_IN)
    assert len({style.symbol for style in BUILT_IN.values()}) == len(BUILT_IN)


def test_every_line_has_a_label_and_a_mapping_that_says_it() -> None:
    details = {name for model in DETAILS_BY_LANE.values() for name in model.model_fields} - {"extra"}
    assert set(DETAIL_LABELS) == details
    assert set(_SAYS) == {*QUESTIONS, *OTHER_LINES}
    assert not details & set(_SAYS)


def test_no_line_has_the_name_of_a_section_so_that_a_label_means_one_thing() -> None:
    assert not set(line_labels()) & set(SECTIONS)


def test_what_must_be_seen_is_never_shortened() -> None:
    assert not [name for name in MOST_ITEMS if SECTIONS[name].kept]


@pytest.mark.parametrize("lane", Lane)
@pytest.mark.parametrize("base", [None, *BUILT_IN])
def test_any_base_fits_any_lane(lane: Lane, base: str | None) -> None:
    style = resolve(lane, StyleSettings(base=base))
    assert set(QUESTIONS) <= set(style.head)
    assert {*style.head, *style.below} <= set(lines_for(lane))
    assert sorted((*style.above, *style.order)) == sorted(SECTIONS)
    assert style.mark == built_in(lane).mark


def test_without_settings_the_style_is_the_lane_s_own() -> None:
    style, own = resolve(Lane.SALES, StyleSettings()), built_in(Lane.SALES)
    assert (style.head, style.below, style.above, style.order) == (own.head, own.below, own.above, own.order)
    assert dict(style.labels) == dict(own.labels)


def test_what_a_style_moves_is_moved_once() -> None:
    settings = StyleSettings(above=("goal", "commitments"), order=("facts", "attempts"), hide=("analysis",))
    style = resolve(Lane.SUPPORT, settings)
    assert style.above[-2:] == ("goal", "commitments")
    assert style.above[:2] == ("consent_denied", "gaps")
    assert style.order[:2] == ("facts", "attempts")
    assert sorted((*style.above, *style.order)) == sorted(SECTIONS)


def test_a_section_moved_below_or_hidden_leaves_the_fold() -> None:
    assert "attempts" not in resolve(Lane.SUPPORT, StyleSettings(order=("attempts",))).above
    assert resolve(Lane.SALES, StyleSettings(above=())).order[0] == "need"
    assert "attempts" not in resolve(Lane.SUPPORT, StyleSettings(hide=("attempts",))).above


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("Call Omar", 2), ("Upset – third contact", 3), ("x" * 29, 3), ("maria@lindqvist.example", 2)],
)
def test_words_are_counted_as_a_reader_meets_them(text: str, words: int) -> None:
    assert count_words(text) == words


def test_ten_seconds_are_thirty_nine_words() -> None:
    assert words_in(10) == 39
