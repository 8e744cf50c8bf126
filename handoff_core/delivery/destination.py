"""A configured destination with its connector open, and the account that it shares with others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from handoff_core.clock import AHEAD, Clock
from handoff_core.config import Config, Destination
from handoff_core.connector import Connector, Context, Limit, Observed
from handoff_core.errors import AuthFailed
from handoff_core.ledger import accounts
from handoff_core.ledger.store import Ledger

NEAR = 5.0
"""Seconds for which a process believes what it has just read of the account's memory."""
MOST_NEAR = 1_000
"""Names that a process keeps for that long."""


class AccountMemory:
    """The ledger's small cache, for one account. What was found is kept in the process for a moment too."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        self._ledger = ledger
        self._account = account
        self._near: dict[str, tuple[str | None, float]] = {}

    def recall(self, name: str) -> str | None:
        """The remembered text, or None."""
        now = self._ledger.now()
        text, until = self._near.get(name, (None, 0.0))
        if now < until:
            return text
        with self._ledger.read() as tx:
            text = accounts.recall(tx, self._account, name, now=now)
        self._keep(name, text, now + NEAR)
        return text

    def remember(self, name: str, text: str, *, seconds: float) -> None:
        """Keep ``text`` for so many seconds."""
        now = self._ledger.now()
        with self._ledger.write() as tx:
            accounts.remember(tx, self._account, name, text, until=now + seconds)
        self._keep(name, text, now + min(seconds, NEAR))

    def clear(self) -> None:
        """Forget what the process knows by itself; the ledger's own memory stays."""
        self._near.clear()

    def _keep(self, name: str, text: str | None, until: float) -> None:
        if len(self._near) >= MOST_NEAR:
            self._near.clear()
        self._near[name] = (text, until)


@dataclass
class OpenDestination:
    """One destination of one business, its connector constructed when it is first needed."""

    config: Config
    destination: Destination
    ledger: Ledger
    clock: Clock
    account: str
    shared_memory: AccountMemory | None = None
    """What all lanes of the account have in common."""
    observed: list[Observed] = field(default_factory=list)
    memory: AccountMemory = field(init=False)
    _connector: Connector | None = None
    _keep_lease: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.memory = self.shared_memory or AccountMemory(self.ledger, self.account)

    @property
    def name(self) -> str:
        """The destination's name in the configuration."""
        return self.destination.name

    @property
    def business(self) -> str:
        """The business id."""
        return self.config.business.id

    @property
    def limits(self) -> Mapping[str, Limit]:
        """The vendor's limits by class of call."""
        return self.destination.connector_class.limits

    @property
    def certainty(self) -> float:
        """Seconds after a send until which the vendor may still apply it or fail to show it."""
        return self.destination.settings.certainty

    def earliest(self, at: float | None) -> float | None:
        """The time ``at`` of our clock by the vendor's, or earlier where ours was ahead; None stays None."""
        return None if at is None else at - float(self.memory.recall(AHEAD) or 0.0)

    @property
    def connector(self) -> Connector:
        """The connector; constructed at the first call."""
        if self._connector is None:
            self._connector = self.destination.connector_class(
                Context(
                    business=self.business,
                    destination=self.name,
                    settings=self.destination.settings,
                    secret=self._secret,
                    clock=self.clock,
                    memory=self.memory,
                    observe=self.observed.append,
                    before_request=lambda: self._keep_lease(),
                )
            )
        return self._connector

    def _secret(self, name: str) -> str:
        try:
            return self.config.secret(name)
        except KeyError:
            raise AuthFailed(
                f"{self.name}: the environment variable {name} is not set; set it, or put it into the env file"
            ) from None

    @contextmanager
    def under_lease(self, keep: Callable[[], None]) -> Iterator[None]:
        """While inside, every request first calls ``keep``."""
        before, self._keep_lease = self._keep_lease, keep
        try:
            yield
        finally:
            self._keep_lease = before

    def close(self) -> None:
        """Give back the connector's sockets."""
        if self._connector is not None:
            self._connector.close()
            self._connector = None
