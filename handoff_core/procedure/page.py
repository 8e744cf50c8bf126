"""The page itself, as sections of sentences, lists and tables, whatever it is written in later."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from handoff_core.config import Config
from handoff_core.config.hints import unanswered
from handoff_core.procedure import people, privacy, rules, timing

MARK = "handoff procedure"
"""Stands in a comment at the top of a written page: what bears it may be written over."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below a head; every row has as many cells as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """``text`` comes first, then the items, then the table."""

    title: str
    text: str = ""
    items: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The whole procedure. ``version`` changes with every change of the configuration's file."""

    title: str
    version: str
    open_questions: tuple[str, ...]
    """Those of the five set-up questions that the configuration does not answer."""
    sections: tuple[Section, ...]

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return {
            "title": self.title,
            "version": self.version,
            "open_questions": list(self.open_questions),
            "sections": [
                {
                    "title": one.title,
                    "text": one.text,
                    "items": list(one.items),
                    "table": {"head": list(one.table.head), "rows": [list(row) for row in one.table.rows]}
                    if one.table is not None
                    else None,
                }
                for one in self.sections
            ],
        }


def page_of(config: Config) -> Page:
    """The procedure that a configuration stands for."""
    return Page(
        title=f"How AI hands work to people at {config.business.shown_name}",
        version=hashlib.sha256(config.source.content).hexdigest()[:12],
        open_questions=tuple(one.question for one in unanswered(config)),
        sections=tuple(_sections(config)),
    )


def _sections(config: Config) -> Iterator[Section]:
    yield Section(
        "What always goes to a person",
        "The AI hands over, whatever else it could do:" if rules.always(config) else "Nothing is agreed yet.",
        rules.always(config),
    )
    yield Section("When a conversation goes to a person", timing.note(config), timing.matters(config))
    yield Section(
        "What the AI never decides",
        "It gathers what a person needs, and asks. " + rules.never_note(config),
        config.never_decides,
    )
    yield Section(
        "Who receives what, and when",
        rules.routing_note(config),
        table=Table(("Case", "Goes to", "Shown in", "Taken within", "When nobody answers"), rules.routes(config)),
    )
    yield Section(
        "Who is there, and when",
        people.hours_note(config),
        table=Table(("Who", "Hours", "Away", "Speaks", "Level"), people.staff(config)),
    )
    yield Section(
        "What each case must bring",
        rules.required_note(config),
        table=Table(("Kind of case", "Required"), rules.required(config)) if rules.required(config) else None,
    )
    yield Section(
        "How we know that it works",
        "" if rules.success(config) else "Nothing is agreed yet.",
        rules.success(config),
    )
    yield Section(
        "What each system shows",
        "What is withheld is named in the record, and stays in Handoff's own ledger.",
        table=Table(("System", "Shows", "Withheld there"), privacy.shown(config)),
    )
    yield Section("What customers get", rules.CUSTOMERS)
    yield Section("How long it is kept", privacy.kept_note(config), privacy.kept(config))
    yield Section(
        "Agreed",
        "By signing, each of us works this way until a newer version is agreed.",
        table=Table(("Name", "Date", "Signature"), people.signatures(config)),
    )
