"""Privacy: what each system shows, and how long it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from handoff_core.config import Config
from handoff_core.outbox import AGENT
from handoff_core.packet.enums import Sensitivity
from handoff_core.privacy import Policy
from handoff_core.privacy.fields import CLASSES
from handoff_core.privacy.kinds import Kind
from handoff_core.procedure.words import field, listed, span

_SHOWS: Final[Mapping[Sensitivity, str]] = {
    Sensitivity.PUBLIC: "only what anybody may know",
    Sensitivity.INTERNAL: "what people of the business may know",
    Sensitivity.PERSONAL: "what people of the business may know, and personal details of the customer",
    Sensitivity.SENSITIVE: "everything, what is sensitive too",
}
_KINDS: Final[Mapping[Kind, str]] = {
    Kind.CARD: "card numbers",
    Kind.IBAN: "bank account numbers",
    Kind.NATIONAL_ID: "identity numbers",
    Kind.SECRET: "passwords and codes",
    Kind.EMAIL: "e-mail addresses",
    Kind.PHONE: "phone numbers",
}


def shown(config: Config) -> tuple[tuple[str, ...], ...]:
    """One row a destination or outbox."""
    return tuple(_row(config, name) for name in config.places)


def _row(config: Config, name: str) -> tuple[str, ...]:
    policy = config.policy(name)
    title = config.places[name].connector_class.title
    system = f"the agent {name.removeprefix(AGENT)}" if name.startswith(AGENT) else f"{name} ({title})"
    return system, _SHOWS[policy.highest], listed(dict.fromkeys(_withheld(policy))) or "nothing"


def _withheld(policy: Policy) -> Iterator[str]:
    for kind in Kind:
        if kind in policy.hidden:
            yield _KINDS[kind]
    for path in CLASSES:
        # The two addresses are said above, as kinds of values in every text.
        if path not in ("customer.email", "customer.phone") and policy.refuses(path):
            yield "the address of a visit" if path == "details.address" else field(path)
    for path in sorted(policy.paths):
        yield field(path)


def kept_note(config: Config) -> str:
    """Who deletes, and where."""
    if not kept(config):
        return "No limit is agreed yet: cases stay until somebody erases them."
    return "Counted from the last change of a closed case. Records in the systems stay until erased there:"


def kept(config: Config) -> tuple[str, ...]:
    """One sentence a limit."""
    limits = config.retention
    if limits is None:
        return ()
    named = (("Conversations", limits.transcripts), ("Cases as a whole", limits.packets))
    return tuple(f"{what}: {span(seconds)}" for what, seconds in named if seconds is not None)
