"""Every switch of the stand-ins: the positions in which a packet's life is tried, or why a switch states no unknown."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin, get_type_hints

from handoff_connectors.sandbox.switches import SlackSwitches, Switches
from tests.reliability.matrix.menu import VENDORS

TRIED: Mapping[str, Sequence[Any]] = {
    # Numbers and texts that a vendor may have; a switch of two or three named positions is tried in each by itself.
    "common.latency": (3.0,),
    "zendesk.listing_lag": (0.0, 5.0, 45.0),
    "zendesk.search_lag": (0.0, 3600.0),
    "zendesk.user_search_lag": (0.0, 3600.0),
    "zendesk.create_seconds": (0.0, 0.05),
    "zendesk.subject_limit": (40, 150),
    "zendesk.text_field_limit": (65_536,),
    "zendesk.tag_limit": (40, 255),
    "zendesk.token_seconds": (60.0, 1800.0),
    "zendesk.scopes": ("read write", "tickets:read tickets:write users:read write"),
    "zendesk.comment_limit": (5_000,),
    "hubspot.search_lag": (0.0, 0.5, 3600.0),
    "hubspot.association_lag": (0.0, 5.0, 20.0),
    "hubspot.ui_domain": ("app.hubspot.com", "app-eu1.hubspot.com"),
    "hubspot.note_types": ({"notes": "0-46", "tasks": "0-27"}, {"notes": "0-4", "tasks": "0-7"}),
    "slack.history_lag": (0.0, 5.0, 9.0),
    "slack.metadata_limit": (300, 8_000),
    "slack.block_text_limit": (600, 9_000, 10_500),
    "slack.scopes": (SlackSwitches().scopes, SlackSwitches().scopes.replace("chat:write.public,", "")),
    "limits.zendesk_per_minute": (200, 700, 2_500),
    "limits.zendesk_updates_per_minute": (100, 300),
    "limits.zendesk_updates_per_ticket": (3, 30),
    "limits.hubspot_per_10_seconds": (100, 110, 190),
    "limits.hubspot_per_day": (650_000,),
    "limits.hubspot_searches_per_second": (1, 5),
    "limits.slack_post_burst": (1, 20),
    "limits.slack_posts_per_minute": (60, 300),
    "limits.slack_tier_2": (1, 20),
    "limits.slack_tier_3": (20, 50),
    "limits.slack_tier_4": (10, 100),
}


@dataclass(frozen=True)
class Life:
    """How a packet lives in the positions of a switch, so that the switch matters at all."""

    name: str = ""
    companions: Mapping[str, Any] = field(default_factory=dict)
    """Other switches that must stand so."""
    timeout: str = "20s"
    unique: bool = False
    """After ``check --online --set-up``: in a portal with our unique properties, where it accepts them."""
    client: bool = False
    """Zendesk's token comes from an OAuth client."""
    restart: bool = False
    """Another process goes on after each lost answer, with a token of its own where ``client``."""
    known_contact: bool = False
    """A contact is there already that has the customer's address as a further one."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Of the packet."""
    kind: str = ""
    locks: bool = False
    """In the position True no message can be edited: what is new is told beside it."""
    pace: float = 0.0
    """Real seconds between two runs, where the switch is about requests that meet in real time."""

    def locked(self, value: Any) -> bool:
        """Whether messages cannot be edited in this position."""
        return self.locks and value is True

    def outcome(self, value: Any) -> str:
        """What must then be there, as ``judge.what_is_wrong`` knows it."""
        return "refused" if self.locked(value) else "normal"


_LIMITED = {"limits.enforced": True}
_PLAIN_AND_UNIQUE = (Life(), Life("unique key", unique=True))
LIVES: Mapping[str, Sequence[Life]] = {
    "zendesk.token_answer": (Life(client=True, restart=True),),
    "zendesk.token_seconds": (Life(client=True, restart=True),),
    "zendesk.idempotency_scope": (
        Life(client=True, restart=True),
        Life("the listing lags", {"zendesk.listing_lag": 45.0}, client=True, restart=True),
    ),
    "zendesk.idempotency_in_flight": (Life("slow", {"zendesk.create_seconds": 0.5}, timeout="300ms", pace=0.1),),
    "hubspot.retry_after": (Life("limited", {**_LIMITED, "limits.hubspot_per_10_seconds": 5}),),
    "hubspot.email_lookup_sees_secondary": (Life(), Life("known contact", known_contact=True, kind="known contact")),
    "hubspot.search_lag": (*_PLAIN_AND_UNIQUE,),
    **{
        f"hubspot.{name}": _PLAIN_AND_UNIQUE
        for name in (
            "unique_on_engagements",
            "custom_on_engagements",
            "schema_scope",
            "duplicate_unique",
            "association_lag",
            "rewrite_html",
            "html_tags",
            "dated_paths",
            "legacy_paths",
            "trace_ids",
        )
    },
    "slack.edit_window_closed": (Life(locks=True),),
    "slack.distributed_app": (Life("limited", _LIMITED),),
}
"""Where one plain life would not show what a switch does."""


def vendors_of(name: str) -> Sequence[str]:
    """The vendors that a switch is about."""
    found = [vendor for vendor in VENDORS if name.startswith((f"{vendor}.", f"limits.{vendor}"))]
    return found or list(VENDORS)


def lives(name: str) -> Sequence[Life]:
    """How packets live in the positions of this switch."""
    plain = (Life(companions=_LIMITED),) if name.startswith("limits.") else (Life(),)
    return LIVES.get(name, plain)


def switches() -> Iterator[tuple[str, Any]]:
    """Every switch as ``group.name``, with its type."""
    for group in dataclasses.fields(Switches):
        kinds = get_type_hints(type(getattr(Switches(), group.name)))
        for name, kind in kinds.items():
            yield f"{group.name}.{name}", kind


def positions(*, defaults: bool = True) -> Iterator[tuple[str, Any]]:
    """Every switch in every position that is tried. KeyError for one whose positions nobody has named.

    Not ``defaults``: without the position in which the stand-ins come, where all that the switch asks for is a plain
    life: every other test of this suite is lived in it.
    """
    fresh = Switches().as_json()
    for name, kind in switches():
        group, _, switch = name.partition(".")
        for value in positions_of(name, kind):
            if defaults or name in LIVES or value != fresh[group][switch]:
                yield name, value


def positions_of(name: str, kind: Any, *, default: Sequence[Any] | None = None) -> Sequence[Any]:
    """The positions of one switch; ``default`` for one that must be named in TRIED and is not."""
    if get_origin(kind) is Literal:
        return get_args(kind)
    if kind is bool:
        return (False, True)
    return TRIED[name] if default is None else TRIED.get(name, default)


def put(all_switches: Switches, name: str, value: Any) -> None:
    """Set one switch."""
    group, _, switch = name.partition(".")
    all_switches.set({group: {switch: value}})
