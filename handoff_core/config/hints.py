"""What a configuration loads without, and a person should know: unanswered set-up questions, places never filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handoff_core.config.config import Config
from handoff_core.config.positions import KeyPath
from handoff_core.config.problems import dotted
from handoff_core.config.starter import CHANNEL, PLACE, SUBDOMAIN
from handoff_core.errors import ConfigProblem


@dataclass(frozen=True, slots=True)
class Unanswered:
    """One of the five set-up questions that a configuration does not answer. ``path``: where the answer belongs."""

    question: str
    path: KeyPath
    fix: str


def hints(config: Config) -> tuple[ConfigProblem, ...]:
    """Hints of ``handoff check``, in the order of the file; none of them stops anything."""
    notes = [(one.path, f"does not say yet: {one.question}", one.fix) for one in unanswered(config)] + [
        (path, "still holds what `handoff init` put there.", "Write your own, or take the line out.")
        for path in _places(config)
    ]
    found = (
        ConfigProblem(str(config.path), *config.position(path), dotted(path), text, fix, "hint")
        for path, text, fix in notes
    )
    return tuple(sorted(found, key=lambda one: (one.line, one.column)))


def unanswered(config: Config) -> tuple[Unanswered, ...]:
    """The set-up questions that the file leaves open, in their order."""
    return tuple(_unanswered(config))


def _unanswered(config: Config) -> Iterator[Unanswered]:
    review = config.review
    fallback = config.owners[config.routing.fallback]
    if review is None or not review.always:
        yield Unanswered(
            "What always goes to a person?", ("review", "always"), 'Write always = ["gas smell"] below [review].'
        )
    if not fallback.email and not fallback.identities and not fallback.team:
        yield Unanswered(
            "Who receives it, and how is that person found?",
            ("owners", config.routing.fallback),
            'Write email = "…" for the fallback owner.',
        )
    if not config.require:
        yield Unanswered(
            "Which fields are required?", ("lanes",), 'Write require = ["customer.phone"] below [lanes.support].'
        )
    if not config.never_decides:
        yield Unanswered(
            "What does the AI never decide?",
            ("review", "ai_never_decides"),
            'Write ai_never_decides = ["refund"] below [review].',
        )
    if not any(lane.success is not None for lane in config.lanes.values()):
        yield Unanswered(
            "How is success known?",
            ("lanes",),
            'Write success = { acknowledged_within = "15m", closed_within = "2d" } below [lanes.support].',
        )


def _places(config: Config) -> Iterator[KeyPath]:
    """Where something stands that ``handoff init`` writes when nobody has told it better."""
    for owner_id, owner in config.owners.items():
        if owner.email is not None and owner.email.endswith(f"@{PLACE}"):
            yield ("owners", owner_id, "email")
    for name, destination in config.destinations.items():
        for key, place in (("subdomain", SUBDOMAIN), ("channel", CHANNEL)):
            if getattr(destination.settings, key, None) == place:
                yield ("destinations", name, key)
