"""What no table can tell by itself: names that must exist elsewhere, times that must fit, accounts used twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from handoff_core.config.delivery import DeliverySettings
from handoff_core.config.destinations import Destination
from handoff_core.config.positions import KeyPath
from handoff_core.config.problems import Problems, choice, value_at
from handoff_core.config.settings import Settings
from handoff_core.durations import format_duration
from handoff_core.packet.enums import Lane
from handoff_core.quality.matters import names_amount
from handoff_core.style import style_problems

LEASE_MARGIN = 5.0
"""Seconds that a lease must be longer than a timeout: no request begins with less of the lease left."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a file names, also where the table behind a name is wrong: one mistake is not reported twice."""

    owners: Collection[str]
    destinations: Collection[str]
    agents: Collection[str] = ()


def names_of(document: Mapping[str, Any]) -> Names:
    """The owners, destinations and agents of a document."""
    tables = (document.get(name) for name in ("owners", "destinations", "agents"))
    return Names(*(list(table) if isinstance(table, dict) else [] for table in tables))


def check_names(document: Mapping[str, Any], names: Names, problems: Problems) -> None:
    """Somebody to hand over to, somewhere to do it, and every name that is used is one that is there.

    Reads the document itself, so that another mistake in the same table hides no name.
    """
    if not names.owners:
        problems.add(("owners",), "names nobody.", 'Write [owners.dana] with name = "…": who gets the packets?')
    if not names.destinations:
        problems.add(
            ("destinations",),
            "names no system.",
            'Write [destinations.desk] with connector = "…": where do records go?',
        )
    for path, name in _owner_names(document):
        if name not in names.owners:
            problems.add(path, f'"{name[:64]}" is not one of [owners].', choice(name, names.owners, "owner"))
    for path, name in _destination_names(document):
        if name not in names.destinations:
            problems.add(
                path, f'"{name[:64]}" is not one of [destinations].', choice(name, names.destinations, "destination")
            )
    seeing = [*names.destinations, *names.agents]
    for name in _table(document, "privacy"):
        if name not in seeing:
            problems.add(
                ("privacy", name),
                f'"{name[:64]}" is not one of [destinations] or [agents].',
                choice(name, seeing, "destination or agent"),
            )


def _owner_names(document: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    fallback = value_at(document, ("routing", "fallback"))
    if isinstance(fallback, str):
        yield ("routing", "fallback"), fallback
    for path, rule in _rules(document):
        if isinstance(rule.get("owner"), str):
            yield (*path, "owner"), rule["owner"]
        yield from _listed(rule, path, "then")


def _destination_names(document: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    for path, rule in _rules(document):
        yield from _listed(rule, path, "destinations")
    for owner_id, owner in _table(document, "owners").items():
        for name in _table(owner, "identities"):
            yield ("owners", owner_id, "identities", name), name


def _rules(document: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    rules = value_at(document, ("routing", "rules"))
    for number, rule in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(rule, dict):
            yield ("routing", "rules", number), rule


def _listed(table: Mapping[str, Any], path: KeyPath, key: str) -> Iterator[tuple[KeyPath, str]]:
    names = table.get(key)
    for place, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, str):
            yield (*path, key, place), name


def _table(value: Any, key: str) -> Mapping[str, Any]:
    """The table under a key; empty where something else stands, which is told elsewhere."""
    found = value_at(value, (key,))
    return found if isinstance(found, dict) else {}


def check_owners(settings: Settings, names: Names, problems: Problems) -> None:
    """E-mail addresses that lead to one owner each; warnings for owners whom a destination cannot know."""
    known = len(settings.owners) == len(names.owners)
    if known and settings.owners and all(owner.team for owner in settings.owners.values()):
        problems.warn(
            ("owners",),
            "are teams only, so that no person can be asked to approve an outbound reply.",
            "Add a person: approval needs a name.",
        )
    by_email: dict[str, str] = {}
    for owner_id, owner in settings.owners.items():
        path: KeyPath = ("owners", owner_id)
        if owner.email is not None:
            first = by_email.setdefault(owner.email.casefold(), owner_id)
            if first != owner_id:
                problems.add(
                    (*path, "email"),
                    f'is the address of "{first}" too, so that a packet which names it could mean either.',
                    "Give each owner an address of their own.",
                )
        without = sorted(set(names.destinations) - set(owner.identities))
        if owner.team and without:
            problems.warn(
                path,
                f"is a team without an identity in {', '.join(without)}; there it is only named in words.",
                f'Add identities = {{ {without[0]} = "…" }} with the group\'s id there.',
            )
        elif owner.email is None and not owner.identities:
            problems.warn(
                path,
                "has neither email nor identities; in every destination this owner is only named in words.",
                'Add email = "…", or identities = { DESTINATION = "…" }.',
            )


def check_rules(settings: Settings, problems: Problems) -> None:
    """Rules that can be judged: hours that exist, names that differ, and no rule behind one that always matches."""
    seen: dict[str, int] = {}
    always: str | None = None
    for number, rule in settings.rules.items():
        path: KeyPath = ("routing", "rules", number)
        if rule.when.within_hours is not None and settings.business is not None and settings.business.hours is None:
            problems.add(
                (*path, "when", "within_hours"),
                "needs business hours, and none are given.",
                'Write hours = { mon-fri = "08:00-18:00" } in [business].',
            )
        if rule.name in seen:
            problems.warn((*path, "name"), "is the name of an earlier rule too.", "Give it a name of its own.")
        seen.setdefault(rule.name, number)
        if always is not None:
            problems.warn(path, f'is never reached: the rule "{always}" before it always matches.', "Move it up.")
        if always is None and not rule.when.model_dump(exclude_none=True, exclude_defaults=True):
            always = rule.name


def check_way_to_a_person(document: Mapping[str, Any], settings: Settings, problems: Problems) -> None:
    """An automation that decides when to hand over leads to somebody whom a system can find.

    Without ``[triage]`` an owner who is only named in words gets a warning: people may read the desk all the same.
    """
    if "triage" not in document or settings.fallback is None:
        return
    owner = settings.owners.get(settings.fallback)
    if owner is not None and owner.email is None and not owner.identities:
        problems.add(
            ("routing", "fallback"),
            f'"{settings.fallback}" has neither email nor identities, so that a handoff that [triage] calls for '
            "reaches nobody.",
            f'Add email = "…" or identities = {{ DESTINATION = "…" }} to [owners.{settings.fallback}].',
        )


def check_styles(settings: Settings, problems: Problems) -> None:
    """House styles that name lines and sections which their lane has, and hide nothing that must be seen."""
    known = {lane.value for lane in Lane}
    for lane, of_lane in settings.lanes.items():
        if lane not in known or of_lane.style is None:
            continue
        for found in style_problems(Lane(lane), of_lane.style):
            problems.add(("lanes", lane, "style", *found.path), found.text, found.fix)


def check_times(document: Mapping[str, Any], destinations: Mapping[str, Destination], problems: Problems) -> None:
    """A lease that outlasts every request made under it."""
    lease = _lease(document)
    if lease is None:
        return
    slowest = max(destinations.values(), key=lambda destination: destination.settings.timeout, default=None)
    needed = slowest.settings.timeout + LEASE_MARGIN if slowest else 0.0
    if slowest and lease <= needed:
        problems.add(
            ("delivery", "lease"),
            f"is {format_duration(lease)}, but {slowest.name} may take {format_duration(needed)} for one request "
            f"(its timeout and {format_duration(LEASE_MARGIN)}).",
            f"Write a lease of more than {format_duration(needed)}, or a shorter timeout in each destination.",
        )


def _lease(document: Mapping[str, Any]) -> float | None:
    """The lease in seconds, also beside another mistake in [delivery]; None where it is itself wrong."""
    delivery = _table(document, "delivery")
    try:
        return DeliverySettings.model_validate({key: delivery[key] for key in ("lease",) if key in delivery}).lease
    except ValidationError:
        return None


def check_links(destinations: Mapping[str, Destination], names: Names, problems: Problems) -> None:
    """Expressions ask for links of destinations that are there."""
    for name, destination in destinations.items():
        for inner, wanted in destination.links().items():
            if wanted not in names.destinations:
                problems.add(
                    ("destinations", name, *inner),
                    f'"{wanted[:64]}" is not one of [destinations].',
                    choice(wanted, names.destinations, "destination"),
                )


def check_accounts(destinations: Mapping[str, Destination], secret: Callable[[str], str], problems: Problems) -> None:
    """No two destinations that would make their records in one place."""
    seen: dict[tuple[object, ...], str] = {}
    for name, destination in destinations.items():
        place = _place(destination, secret)
        first = seen.setdefault(place, name)
        if first != name:
            where = "one channel of one account" if place[-1] is not None else "one account"
            problems.add(
                ("destinations", name),
                f'writes to {where} with "{first}", so that each packet would be there twice.',
                f'Take one of them out, or give "{name}" another {"channel" if place[-1] is not None else "account"}.',
            )


def _place(destination: Destination, secret: Callable[[str], str]) -> tuple[object, ...]:
    """Where records end up: an account, and in it a channel where the connector writes to one (Slack)."""
    channel = getattr(destination.settings, "channel", None)
    try:
        return (destination.account(secret), channel)
    except KeyError:
        # Without the secret its name must do: the same variable is the same account.
        return (
            destination.connector,
            destination.settings.base_url,
            *sorted(destination.variables().values()),
            channel,
        )


def check_secrets(
    destinations: Mapping[str, Destination], has: Callable[[str], bool], env_file: str | None, problems: Problems
) -> None:
    """A warning for each variable that is set nowhere: its destination would be parked until it is."""
    for name, destination in destinations.items():
        for inner, variable in destination.variables().items():
            if has(variable):
                continue
            # A variable in small letters may be a token that was pasted here: it is not repeated.
            shown = variable if variable.isupper() else "the variable named here"
            where = f"the environment or in {env_file}" if env_file else "the environment"
            problems.warn(
                ("destinations", name, *inner),
                f"{shown} is not set, so nothing can be sent there.",
                f"Set it in {where}.",
            )


def check_review(settings: Settings, problems: Problems) -> None:
    """A warning for each limit in figures that nobody compares."""
    for number, matter in enumerate(settings.review.ai_never_decides if settings.review is not None else ()):
        if names_amount(matter):
            problems.warn(
                ("review", "ai_never_decides", number),
                "sets a limit in figures, and amounts are not compared: every decision on it counts.",
                "Leave the amount out, so that nobody relies on it.",
            )


def warn_unused(settings: Settings, document: Mapping[str, Any], problems: Problems) -> None:
    """Name everything that is set and that nothing acts on yet."""
    for path in _unused(settings):
        problems.warn(path, "is not acted on in this version.", "It is checked and kept; later versions use it.")


def _unused(settings: Settings) -> Iterator[KeyPath]:
    for lane, settings_of_lane in settings.lanes.items():
        if settings_of_lane.success is not None and settings_of_lane.success.closed_within is not None:
            yield ("lanes", lane, "success", "closed_within")
