"""One HubSpot account: which paths it serves, which unique properties it has, where its pages are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from handoff_connectors.hubspot.errors import GENERAL, Call
from handoff_connectors.hubspot.paths import PATHS, Route, Version
from handoff_core.clock import Clock
from handoff_core.connector import Memory
from handoff_core.errors import AuthFailed, Gone, Refused
from handoff_mappings.hubspot.settings import HubSpotSettings

DAY: Final = 86_400.0
FRESH: Final = 60.0
"""Seconds for which a connector trusts what it has just read from the ledger's memory."""
CHANGED: Final = 30 * DAY
"""Seconds after a change of a unique property in which a repeated creation may be of the other kind."""
EVER: Final = 400 * DAY
KEY_PROPERTY: Final = "handoff_key"
"""Our key, unique where the portal accepts that; on notes, tasks and contacts."""
PHONE_PROPERTY: Final = "handoff_phone"
"""A contact's phone number as +14155550134, unique where the portal accepts that."""
DEFAULT_DOMAIN: Final = "app.hubspot.com"

Query = Sequence[tuple[str, str]]


class Sends(Protocol):
    """Sends one request to HubSpot and gives the answer's JSON object; raises only DeliveryErrors."""

    def __call__(
        self, call: Call, method: str, path: str, values: Mapping[str, str], query: Query, body: Any
    ) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the account's pages are."""

    origin: str
    portal_id: str


class Portal:
    """Calls of one account, on the paths that it serves; what was learnt about it is remembered for a day."""

    def __init__(
        self, send: Sends, memory: Memory, clock: Clock, settings: HubSpotSettings, *, recorded: bool = False
    ) -> None:
        self._send = send
        self._memory = memory
        self._clock = clock
        self._settings = settings
        self._recorded = recorded
        self._known: dict[str, tuple[str | None, float]] = {}

    def call(
        self,
        doing: str,
        method: str,
        route: Route,
        *,
        query: Query = (),
        body: Any = None,
        limit_class: str = GENERAL,
        repeatable: bool = True,
        **values: str,
    ) -> dict[str, Any]:
        """One request; ``doing`` says it in words, ``values`` fill the path. Raises only DeliveryErrors."""
        return self._call(self.version(), doing, method, route, query, body, limit_class, repeatable, values)

    def version(self) -> Version:
        """The dated paths where the account serves them, else v3."""
        if self._recorded:
            return Version.DATED
        known = self._recall("paths")
        if known in tuple(Version):
            return Version(known)
        version = self._probe()
        self._remember("paths", version, DAY)
        return version

    def unique(self, kind: str, name: str) -> bool:
        """Whether records of ``kind`` (``notes``) have ``name`` as a property whose values are unique."""
        if self._recorded:
            return False
        known = self._recall(f"unique:{kind}.{name}")
        if known is None:
            known = "yes" if self.property(kind, name).get("hasUniqueValue") is True else "no"
            self.learn_unique(kind, name, known == "yes")
        return known == "yes"

    def learn_unique(self, kind: str, name: str, unique: bool) -> None:
        """Remember for a day whether ``name`` is unique on ``kind``, and that it has changed if it has."""
        now, before = "yes" if unique else "no", self._recall(f"was:{kind}.{name}")
        if before not in (None, now):
            self._remember(f"changed:{kind}.{name}", now, CHANGED)
        if before != now:
            self._remember(f"was:{kind}.{name}", now, EVER)
        self._remember(f"unique:{kind}.{name}", now, DAY)

    def steadily_unique(self, kind: str, name: str) -> bool:
        """Whether ``name`` is known, without asking, to be unique and to have been so for long."""
        known = self._recall(f"unique:{kind}.{name}")
        return known == "yes" and self._recall(f"changed:{kind}.{name}") is None

    def property(self, kind: str, name: str) -> Mapping[str, Any]:
        """The definition of a property; empty when the account has none of that name or does not show it."""
        try:
            found = self.call(f"reading the property {name} of {kind}", "GET", Route.PROPERTY, type=kind, name=name)
        except Gone:
            return {}
        except AuthFailed as error:
            if error.status == 403:  # a token without the scope for schemas still writes records
                return {}
            raise
        except Refused:
            return {}
        return {} if found.get("archived") is True else found

    def pages(self) -> Pages | None:
        """Where records are shown to people; None when nobody can tell."""
        domain, portal_id = self._settings.ui_domain, self._settings.portal_id
        if domain is None or portal_id is None:
            asked_domain, _, asked_id = self._account().partition("/")
            domain, portal_id = domain or asked_domain or None, portal_id or asked_id or None
        if portal_id is None:
            return None
        if self._settings.base_url is not None and domain is None:
            return Pages(self._settings.base_url.rstrip("/"), portal_id)
        return Pages(f"https://{domain or DEFAULT_DOMAIN}", portal_id)

    def account(self) -> Mapping[str, Any]:
        """The account's own description; AuthFailed, Transient and so on as any call."""
        return self.call("reading the account", "GET", Route.ACCOUNT)

    def _account(self) -> str:
        known = self._recall("account")
        if known is not None:
            return known
        if self._recorded:
            return ""
        try:
            found = self.account()
        except (Gone, Refused):
            found = {}
        except AuthFailed as error:
            if error.status != 403:
                raise
            found = {}
        domain, number = found.get("uiDomain"), found.get("portalId")
        text = f"{domain if isinstance(domain, str) else ''}/{number if isinstance(number, int) else ''}"
        self._remember("account", text, DAY)
        return text

    def _probe(self) -> Version:
        try:
            self._call(
                Version.DATED, "reading the owners", "GET", Route.OWNERS, [("limit", "1")], None, GENERAL, True, {}
            )
        except (Gone, Refused):
            return Version.LEGACY
        except AuthFailed as error:
            if error.status != 403:
                raise
            # The path is there, only the scope for owners is not: an unknown path would be 404.
        return Version.DATED

    def _call(
        self,
        version: Version,
        doing: str,
        method: str,
        route: Route,
        query: Query,
        body: Any,
        limit_class: str,
        repeatable: bool,
        values: Mapping[str, str],
    ) -> dict[str, Any]:
        call = Call(doing, self._settings.token_env, limit_class, repeatable)
        return self._send(call, method, PATHS[version][route], values, query, body)

    def _recall(self, name: str) -> str | None:
        now = self._clock.now()
        text, until = self._known.get(name, (None, 0.0))
        if not until - FRESH <= now < until:
            text = self._memory.recall(name)
            self._known[name] = (text, now + FRESH)
        return text

    def _remember(self, name: str, text: str, seconds: float) -> None:
        self._memory.remember(name, text, seconds=seconds)
        self._known[name] = (text, self._clock.now() + FRESH)
