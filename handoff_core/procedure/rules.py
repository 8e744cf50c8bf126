"""Cases: what always goes to a person, who gets it, what it must bring, and how success is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from handoff_core.config import Config
from handoff_core.packet.enums import Lane
from handoff_core.procedure.words import CASES, field, listed, plain, span
from handoff_core.routing.settings import AcknowledgeIn, Rule, When

CUSTOMERS: Final = (
    "Nothing is ever sent to a customer by Handoff. A drafted reply waits until the person who has to approve it has "
    "accepted it, and then a person sends it."
)
_NOBODY: Final = "–"


def always(config: Config) -> tuple[str, ...]:
    """Events that always go to a person."""
    return config.review.always if config.review is not None else ()


def never_note(config: Config) -> str:
    """What becomes of a case in which the AI decided all the same."""
    if not config.never_decides:
        return "Nothing is agreed yet."
    fallback = _name(config, config.routing.fallback)
    held = f" and goes to {fallback} first" if config.quality.gate == "hold" else ""
    return f"A case in which it decided one of these all the same is marked{held}:"


def routing_note(config: Config) -> str:
    """How the table of cases is read."""
    hold = (
        f" A case that lacks what it must bring is held for {_name(config, config.routing.fallback)} first."
        if config.quality.gate == "hold"
        else ""
    )
    return (
        "The first row that fits a case counts. A case that names one of us goes to that person; the row still says "
        f"in which systems it is shown.{hold}"
    )


def routes(config: Config) -> tuple[tuple[str, ...], ...]:
    """One row a rule, in their order, and one for everything else."""
    fallback = _name(config, config.routing.fallback)
    every = _systems(config, None)
    rows = [_route(config, rule) for rule in config.routing.rules]
    if not any(_words(rule.when) == () for rule in config.routing.rules):
        rows.append(("Everything else", fallback, every, _NOBODY, _NOBODY))
    return tuple(rows)


def _route(config: Config, rule: Rule) -> tuple[str, ...]:
    when = "; ".join(_words(rule.when)) or "always"
    owner = rule.owner or config.routing.fallback
    chain = [name for name in dict.fromkeys((*rule.then, config.routing.fallback)) if name != owner]
    timed = rule.acknowledge_within is not None
    return (
        f"{rule.name[:1].upper()}{rule.name[1:]}: {when}",
        _name(config, owner),
        _systems(config, rule.destinations),
        _within(config, rule),
        ", then ".join(_name(config, name) for name in chain) if timed and chain else _NOBODY,
    )


def _within(config: Config, rule: Rule) -> str:
    if rule.acknowledge_within is None:
        return _NOBODY
    runs = rule.acknowledge_in or config.routing.acknowledge_in
    return span(rule.acknowledge_within) + (" of opening hours" if runs is AcknowledgeIn.BUSINESS else "")


def _words(when: When) -> tuple[str, ...]:
    """What a rule looks for, in words; nothing for a rule that always matches."""
    return tuple(_conditions(when))


def _conditions(when: When) -> Iterator[str]:
    if when.lane:
        yield listed((CASES[Lane(lane)] for lane in when.lane), "or")
    if when.urgency:
        yield f"urgency {_either(when.urgency)}"
    if when.reason:
        yield f"reason {_either(when.reason)}"
    if when.channel:
        yield f"by {_either(when.channel)}"
    if when.nature:
        yield f"nature {_either(when.nature)}"
    if when.issue_type:
        yield f"about {_either(when.issue_type)}"
    if when.complexity:
        yield f"complexity {_either(when.complexity)}"
    if when.language:
        yield f"customers who speak {_either(when.language)}"
    if when.within_hours is not None:
        yield "while we are open" if when.within_hours else "while we are closed"
    for name, values in when.fact.items():
        yield f"{plain(name)} is {_either(values)}"


def _either(values: Any) -> str:
    return listed((plain(str(value)) for value in values), "or")


def _systems(config: Config, names: tuple[str, ...] | None) -> str:
    return listed(config.destinations if names is None else names)


def _name(config: Config, owner_id: str) -> str:
    return config.owners[owner_id].name


def required_note(config: Config) -> str:
    """What becomes of a case that lacks something."""
    base = "Every case says in one sentence what it is about, why a person is needed, and the one next step."
    if not config.require:
        return f"{base} Nothing further is agreed yet."
    gaps = {
        "hold": "is held for a person first, with the gap named at its top",
        "annotate": "still arrives, with the gap named at its top",
        "off": "still arrives; gaps are not looked for",
    }
    return f"{base} A case that lacks what is required here {gaps[str(config.quality.gate)]}."


def required(config: Config) -> tuple[tuple[str, ...], ...]:
    """One row a lane."""
    return tuple(
        (_case(lane), "; ".join(field(path, Lane(lane)) for path in paths)) for lane, paths in config.require.items()
    )


def success(config: Config) -> tuple[str, ...]:
    """One sentence a lane."""
    return tuple(_success(config))


def _success(config: Config) -> Iterator[str]:
    for lane, settings in config.lanes.items():
        times = settings.success
        if times is None:
            continue
        parts = [
            f"{what} within {span(seconds)}"
            for what, seconds in (("taken by a person", times.acknowledged_within), ("closed", times.closed_within))
            if seconds is not None
        ]
        if parts:
            yield f"{_case(lane)}: {listed(parts)}"


def _case(lane: str) -> str:
    return CASES[Lane(lane)].capitalize()
