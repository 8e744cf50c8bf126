"""The three ways into a Zendesk account. Tokens are kept in memory only."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Final, Protocol

from handoff_connectors.transport import Transport
from handoff_core.clock import Clock
from handoff_core.errors import AuthFailed, Refused
from handoff_mappings.zendesk.settings import ApiToken, ClientCredentials, OAuthToken, ZendeskSettings

SHORTEST_LIFE: Final = 1_800.0
"""Seconds that a client's token lives when Zendesk does not say: the default of clients made since 2026-04-30."""
RENEW_BEFORE: Final = 60.0
"""Seconds before its end at which a token is renewed."""


class Credentials(Protocol):
    """What goes into the Authorization header."""

    def header(self) -> str:
        """The header's value; AuthFailed when there is none to be had."""

    def renew(self) -> bool:
        """After a 401: forget the token and say whether another one can be fetched."""

    def mark(self) -> str | None:
        """What tells this token from another one of the same account, without telling the token; None where there is
        but one."""


class FixedCredentials:
    """A token that this process cannot renew. ``make`` reads the secrets when they are first needed."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make

    def header(self) -> str:
        """The header's value."""
        return self._make()

    def renew(self) -> bool:
        """Never."""
        return False

    def mark(self) -> str | None:
        """None: the configuration names one token."""
        return None


class FetchedCredentials:
    """A token from an OAuth client (grant ``client_credentials``, Zendesk docs, grant-type tokens, 2026-11)."""

    def __init__(self, transport: Callable[[], Transport], client: Callable[[], tuple[str, str]], clock: Clock) -> None:
        self._transport = transport
        self._client = client
        self._clock = clock
        self._token: str | None = None
        self._until = 0.0

    def header(self) -> str:
        """The header's value; a token is fetched when there is none or it is about to end."""
        if self._token is None or self._clock.now() >= self._until:
            self._token, self._until = self._fetch()
        return f"Bearer {self._token}"

    def renew(self) -> bool:
        """Forget the token when it has been used."""
        had_one, self._token = self._token is not None, None
        return had_one

    def mark(self) -> str | None:
        """A hash of the token: every connector fetches one of its own, and another one when it ends."""
        return hashlib.sha256(self.header().encode()).hexdigest()[:16]

    def _fetch(self) -> tuple[str, float]:
        client_id, client_secret = self._client()
        asked_at = self._clock.now()
        body = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": "read write",
        }
        transport = self._transport()
        # A second token does no harm, so a lost answer is asked for again.
        response = transport.request("POST", "/oauth/tokens", json=body, idempotent=True, authorize=False)
        try:
            transport.raise_for_status(response, write=False)
        except (Refused, AuthFailed) as error:
            raise AuthFailed(
                "Zendesk gives this OAuth client no token; check its identifier, its secret, and that it is a "
                "confidential client",
                status=error.status,
                request_id=error.request_id,
            ) from None
        answer = transport.json_object(response, write=False)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise AuthFailed("Zendesk's answer to the OAuth client holds no access token")
        lives = float(seconds) if isinstance(seconds, int | float) and seconds > 0 else SHORTEST_LIFE
        return token, asked_at + max(lives - RENEW_BEFORE, lives / 2)


def credentials_of(
    settings: ZendeskSettings, secret: Callable[[str], str], transport: Callable[[], Transport], clock: Clock
) -> Credentials:
    """The credentials that the settings ask for."""
    auth = settings.auth
    if isinstance(auth, ClientCredentials):
        client = auth
        return FetchedCredentials(
            transport, lambda: (_read(secret, client.client_id_env), _read(secret, client.client_secret_env)), clock
        )
    if isinstance(auth, ApiToken):
        user = auth
        return FixedCredentials(lambda: _basic(_read(secret, user.email_env), _read(secret, user.token_env)))
    name = auth.token_env if isinstance(auth, OAuthToken) else settings.token_env or ""
    return FixedCredentials(lambda: f"Bearer {_read(secret, name)}")


def _read(secret: Callable[[str], str], name: str) -> str:
    try:
        value = secret(name).strip()
    except KeyError:
        value = ""
    if not value:
        raise AuthFailed(f"the variable {name} is not set; put Zendesk's secret there")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise AuthFailed(f"the variable {name} holds signs that no token has; copy it again")
    return value


def _basic(email: str, token: str) -> str:
    return "Basic " + base64.b64encode(f"{email}/token:{token}".encode()).decode("ascii")
