"""From a built-in style and what a business changes in it to the style of one lane."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from handoff_core.packet.enums import Lane
from handoff_core.packet.nearest import nearest
from handoff_core.style.lines import OWNER, QUESTIONS, lines_for
from handoff_core.style.model import LaneStyle
from handoff_core.style.sections import ALWAYS_ABOVE, SECTIONS
from handoff_core.style.settings import StyleSettings
from handoff_core.style.styles import BUILT_IN


@dataclass(frozen=True, slots=True)
class StyleProblem:
    """What is wrong with one key: its path in the style's table, and what to write instead."""

    path: tuple[str | int, ...]
    text: str
    fix: str


def resolve(lane: Lane, settings: StyleSettings) -> LaneStyle:
    """The style of a lane. The settings have no ``style_problems``."""
    base = BUILT_IN[settings.base or lane.value]
    lines = frozenset(lines_for(lane))
    hide = frozenset(settings.hide)
    above = base.above if settings.above is None else (*_unnamed(ALWAYS_ABOVE, settings.above), *settings.above)
    above = _without(above, {*settings.order, *hide})
    # What loses its place above the fold was important: it comes first below it.
    rest = _without((*base.above, *base.order), {*above, *settings.order})
    order = (*settings.order, *rest)
    return LaneStyle(
        name=base.name,
        # A lane that borrows another layout keeps its own mark: nobody may take it for another lane.
        mark=settings.mark or BUILT_IN[lane.value].mark,
        symbol=BUILT_IN[lane.value].symbol if settings.symbol is None else settings.symbol,
        head=settings.head or tuple(line for line in base.head if line in lines),
        below=tuple(line for line in base.below if line in lines and line not in settings.head)
        if settings.below is None
        else settings.below,
        above=above,
        order=order,
        labels={**base.labels, **settings.labels},
        hide=hide,
        most_items={**base.most_items, **settings.most_items},
        reading_seconds=base.reading_seconds if settings.reading_seconds is None else settings.reading_seconds,
    )


def style_problems(lane: Lane, settings: StyleSettings) -> tuple[StyleProblem, ...]:
    """Everything in the settings that a packet of this lane cannot be shown by."""
    return (*_lines(lane, settings), *_sections(settings), *_labels(lane, settings))


def _lines(lane: Lane, settings: StyleSettings) -> Iterator[StyleProblem]:
    known = lines_for(lane)
    for key in ("head", "below"):
        names = getattr(settings, key) or ()
        yield from _unknown(key, names, known, f"line of the lane {lane.value}")
        yield from _twice(key, names)
    if settings.head:
        missing = [question for question in QUESTIONS if question not in settings.head]
        if missing:
            text = f"does not answer {', '.join(missing)}; every head answers the six questions"
            yield StyleProblem(("head",), f"{text}.", f"Add {_quoted(missing)}.")
    for place, name in enumerate(settings.below or ()):
        if name in (settings.head or BUILT_IN[settings.base or lane.value].head):
            yield StyleProblem(("below", place), f'"{name}" stands in the head already.', "Take it out here.")


def _sections(settings: StyleSettings) -> Iterator[StyleProblem]:
    for key in ("above", "order", "hide"):
        names = getattr(settings, key) or ()
        yield from _unknown(key, names, SECTIONS, "section")
        yield from _twice(key, names)
    for place, name in enumerate(settings.order):
        if name in ALWAYS_ABOVE:
            yield StyleProblem(
                ("order", place), f'"{name}" always stands above the fold.', "Name it in above, where its place is."
            )
        elif name in (settings.above or ()):
            yield StyleProblem(("order", place), f'"{name}" stands in above too.', "Keep it in one of them.")
    for place, name in enumerate(settings.hide):
        if name in SECTIONS and SECTIONS[name].kept:
            yield StyleProblem(
                ("hide", place),
                f'"{name}" ({SECTIONS[name].title}) can not be hidden: whoever acts on the record must see it.',
                "Take it out of hide; with above and labels you can move and rename it.",
            )
        elif name in (*(settings.above or ()), *settings.order):
            yield StyleProblem(("hide", place), f'"{name}" is shown by above or order.', "Keep it in one of them.")
    for name in settings.most_items:
        if name not in SECTIONS:
            yield StyleProblem(("most_items", name), f'"{name[:64]}" is not a section.', _choice(name, SECTIONS))
        elif SECTIONS[name].kept:
            yield StyleProblem(
                ("most_items", name),
                f"({SECTIONS[name].title}) can not be shortened: whoever acts on the record must see all of it.",
                "Take it out of most_items.",
            )


def _labels(lane: Lane, settings: StyleSettings) -> Iterator[StyleProblem]:
    known = (OWNER, *lines_for(lane), *SECTIONS)
    for name in settings.labels:
        if name not in known:
            yield StyleProblem(
                ("labels", name), f'"{name[:64]}" is neither a line nor a section.', _choice(name, known)
            )


def _unknown(key: str, names: Iterable[str], known: Collection[str], what: str) -> Iterator[StyleProblem]:
    for place, name in enumerate(names):
        if name not in known:
            yield StyleProblem((key, place), f'"{name[:64]}" is not a {what}.', _choice(name, known))


def _twice(key: str, names: tuple[str, ...]) -> Iterator[StyleProblem]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield StyleProblem((key, place), f'"{name[:64]}" is named twice.', "Keep one.")


def _choice(name: str, known: Collection[str]) -> str:
    meant = nearest(name, known)
    return f'Did you mean "{meant}"?' if meant else f"Known: {', '.join(known)}."


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _unnamed(names: Iterable[str], named: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in named)


def _without(names: Iterable[str], gone: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in gone)
