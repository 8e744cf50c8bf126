"""Three vendors in memory, on a virtual clock, behind the real connectors' classes.

Real: Handoff from ``submit`` to the ledger, routing, the drain with a lane for each account, the mappings' payloads,
the connectors' limits, costs, settings and intervals, and the vendors' limits as the stand-ins enforce them (their
windows and buckets, their numbers). Modelled: the requests themselves. An operation takes as many calls as the
connector reserves for it, each answered after ``latency`` seconds; a call over a limit raises what a 429 raises, and
what the vendors' headers say of their limits is observed as it would be. No vendor fails and no person edits.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from handoff_connectors.hubspot import HubSpotConnector
from handoff_connectors.hubspot.errors import GENERAL
from handoff_connectors.sandbox.limits import TokenBucket, Window
from handoff_connectors.sandbox.switches import LimitSwitches
from handoff_connectors.slack import SlackConnector
from handoff_connectors.slack.calls import POST, POSTS
from handoff_connectors.slack.calls import UPDATE as SLACK_UPDATE
from handoff_connectors.zendesk import ZendeskConnector
from handoff_connectors.zendesk.answers import API, UPDATE
from handoff_core.clock import Clock
from handoff_core.config import Config
from handoff_core.connector import Context, Observed, Operation, Payload, Remote, View, Write
from handoff_core.errors import RateLimited

Costs = tuple[tuple[str, int], ...]
"""Calls by destination and class."""
LATENCY = 0.1
"""Seconds that a call takes."""
_SAME_CALL = frozenset({f"desk {UPDATE}", f"alerts {POSTS}"})
"""Classes that count calls which another class counts too."""


@dataclass(frozen=True)
class Written:
    """One write as the vendor took it: when, in which destination, which record, showing which revision."""

    at: float
    destination: str
    key: str
    kind: str
    revision: int
    created: bool


@dataclass
class World:
    """The vendors' side of all destinations."""

    clock: Clock
    numbers: LimitSwitches = field(default_factory=LimitSwitches)
    latency: float = LATENCY
    written: list[Written] = field(default_factory=list)
    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """Remote ids by (destination, key): more than one is a duplicate."""
    holds: dict[tuple[str, str], int] = field(default_factory=dict)
    """The revision that each record shows."""
    calls: Counter[str] = field(default_factory=Counter)
    """Calls by destination and class."""
    limited: Counter[str] = field(default_factory=Counter)
    """Calls that were refused because there were too many."""
    first_calls: dict[tuple[str, str], Costs] = field(default_factory=dict)
    """By (destination, key of the main record): the calls from the packet's first one up to that record's creation."""
    rewrites: dict[tuple[str, str], Costs] = field(default_factory=dict)
    """By (destination, key): the calls that one update of the record takes; only records that were updated."""
    writes: dict[tuple[str, str], Costs] = field(default_factory=dict)
    """By (destination, key): the calls that the last write of each of our records took; not of words of news, and not
    of people, who are not ours."""
    told: dict[tuple[str, str], Costs] = field(default_factory=dict)
    """By (destination, key of the main record): the calls that the words of news about it took."""
    _windows: dict[str, list[Window | TokenBucket]] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def call(self, destination: str, costs: Mapping[str, int], operation: str, write: Write) -> None:
        """Take these calls one after the other; RateLimited for the first that is one too many."""
        named = tuple((f"{destination} {name}", number) for name, number in costs.items() if number)
        key = write.payload.key
        main = (destination, key.partition("~")[0])
        if operation == "update":
            self.rewrites[destination, key] = named
        elif main not in self.records:
            self.first_calls[main] = (*self.first_calls.get(main, ()), *named)
        if operation == "create" and write.payload.once and write.payload.told:
            self.told[main] = (*self.told.get(main, ()), *named)
        if operation in ("create", "update") and not (write.payload.once or write.payload.look_up_first):
            self.writes[destination, key] = named
        ticket = write.remote_id if operation == "update" else None
        for name, number in costs.items():
            for _ in range(number):
                # A further limit of the same call takes no time of its own.
                if self.latency and f"{destination} {name}" not in _SAME_CALL:
                    self.clock.sleep(self.latency)
                self._take(destination, name, ticket)

    def make(self, destination: str, key: str, channel: str | None = None) -> str:
        """A new record under a key; Slack's ids begin with their channel."""
        made = str(next(self._ids)) if channel is None else f"{channel}:1795187520.{next(self._ids):06d}"
        self.records.setdefault((destination, key), []).append(made)
        return made

    def _take(self, destination: str, name: str, ticket: str | None) -> None:
        now = self.clock.now()
        self.calls[f"{destination} {name}"] += 1
        limits = self._limits(destination, name)
        if f"{destination} {name}" == f"desk {UPDATE}" and ticket is not None:
            limits = [*limits, *self._own(f"ticket {ticket}", Window(self.numbers.zendesk_updates_per_ticket, 600))]
        for limit in limits:
            wait = limit.take(now)
            if wait:
                self.limited[f"{destination} {name}"] += 1
                raise RateLimited(f"{destination}: too many calls of {name}", retry_after=wait, limit_class=name)

    def _limits(self, destination: str, name: str) -> list[Window | TokenBucket]:
        numbers = self.numbers
        made: list[Window | TokenBucket]
        match destination, name.partition(":")[0]:
            case "desk", "api":
                made = [Window(numbers.zendesk_per_minute, 60)]
            case "desk", "update":
                made = [Window(numbers.zendesk_updates_per_minute, 60)]
            case "crm", "general":
                made = [Window(numbers.hubspot_per_10_seconds, 10), Window(numbers.hubspot_per_day, 86_400)]
            case "crm", "search":
                made = [Window(numbers.hubspot_searches_per_second, 1)]
            case "alerts", "post":
                made = [TokenBucket(numbers.slack_post_burst, 1.0)]
            case "alerts", "posts":
                made = [Window(numbers.slack_posts_per_minute, 60)]
            case _:
                made = [Window(numbers.slack_tier_3, 60)]
        return self._own(f"{destination} {name}", *made)

    def _own(self, name: str, *made: Window | TokenBucket) -> list[Window | TokenBucket]:
        return self._windows.setdefault(name, list(made))


class _Unique:
    """A portal that accepts unique properties on notes and tasks, and has done so for long."""

    def steadily_unique(self, kind: str, name: str) -> bool:
        return True


class Modelled:
    """The operations of a connector against a ``World``; mixed into each real connector's class."""

    world: ClassVar[World]
    observed: ClassVar[tuple[Observed, ...]] = ()
    _context: Context

    def __init__(self, context: Context) -> None:
        super().__init__(context)  # type: ignore[call-arg]
        self._context = context
        self._portal: Any = _Unique()
        self._revisions: dict[tuple[str, str], int] = {}

    def render(self, view: View) -> Sequence[Payload]:
        """The real payloads; which revision each shows is kept for the count."""
        payloads: Sequence[Payload] = super().render(view)  # type: ignore[misc]
        self._revisions = {(one.key, one.digest): view.revision for one in payloads}
        return payloads

    def find(self, write: Write) -> Sequence[Remote]:
        """What stands under the key."""
        self._spend("find", write)
        found = self.world.records.get((self._context.destination, write.payload.key), ())
        return [self._remote(one, write.payload) for one in found]

    def create(self, write: Write) -> Remote:
        """Make the record."""
        self._spend("create", write)
        made = self.world.make(self._context.destination, write.payload.key, write.payload.body.get("channel"))
        self._note(write.payload, created=True)
        return self._remote(made, write.payload)

    def update(self, write: Write) -> Remote:
        """Change the record."""
        assert write.remote_id is not None
        self._spend("update", write)
        self._note(write.payload, created=False)
        return self._remote(write.remote_id, write.payload)

    def close(self) -> None:
        """Nothing is open."""

    def _spend(self, operation: Operation, write: Write) -> None:
        self._context.before_request()
        costs = self.cost(operation, write.payload)  # type: ignore[attr-defined]
        self.world.call(self._context.destination, costs, operation, write)
        for one in self.observed:
            self._context.observe(one)

    def _note(self, payload: Payload, *, created: bool) -> None:
        place = (self._context.destination, payload.key)
        revision = self._revisions[payload.key, payload.digest]
        self.world.holds[place] = revision
        at = self.world.clock.now()
        self.world.written.append(Written(at, *place, payload.kind, revision, created))

    def _remote(self, remote_id: str, payload: Payload) -> Remote:
        url = f"https://{self._context.destination}.example/{remote_id}"
        return Remote(remote_id, url=url, seen=dict(payload.body))


class ModelledZendesk(Modelled, ZendeskConnector):
    """Zendesk alone has something to prepare."""

    def prepare(self, write: Write) -> bytes | None:
        """The uploads."""
        self._spend("prepare", write)
        return b"{}"


def with_models(config: Config, world: World) -> Config:
    """The same configuration, its connectors talking to ``world``."""
    numbers = world.numbers
    zendesk = (
        Observed(API, calls=numbers.zendesk_per_minute, period=60.0),
        Observed(UPDATE, calls=numbers.zendesk_updates_per_minute, period=60.0),
    )
    hubspot = (Observed(GENERAL, calls=numbers.hubspot_per_10_seconds, period=10.0),)
    classes: dict[str, Any] = {
        "zendesk": type("Zendesk", (ModelledZendesk,), {"world": world, "observed": zendesk}),
        "hubspot": type("ModelledHubSpot", (Modelled, HubSpotConnector), {"world": world, "observed": hubspot}),
        "slack": type("ModelledSlack", (Modelled, SlackConnector), {"world": world}),
    }
    models = {name: replace(one, connector_class=classes[one.connector]) for name, one in config.destinations.items()}
    return replace(config, destinations=models)


def rates(world: World, share: float) -> Mapping[str, float]:
    """Calls a second that the configured share of each limit allows, by destination and class."""
    numbers = world.numbers
    per_second = {
        f"desk {API}": numbers.zendesk_per_minute / 60,
        f"desk {UPDATE}": numbers.zendesk_updates_per_minute / 60,
        f"crm {GENERAL}": numbers.hubspot_per_10_seconds / 10,
        f"alerts {SLACK_UPDATE}": numbers.slack_tier_3 / 60,
        f"alerts {POSTS}": numbers.slack_posts_per_minute / 60,
    }
    return {name: share * (1.0 if name.startswith(f"alerts {POST}:") else per_second[name]) for name in world.calls}
