"""The keys of a ``[destinations.<name>]`` table with ``connector = "zendesk"``."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from handoff_core.connector import DestinationSettings
from handoff_core.durations import Duration
from handoff_core.packet.expression import ExpressionText

SETTLE: Final = 60.0
"""Seconds after which a ticket that was accepted is in the list of tickets; Zendesk promises no time."""
MIN_UPDATE_INTERVAL: Final = 20.0
"""Seconds between two updates of a ticket: Zendesk takes 30 in 10 minutes (Zendesk docs, rate limits, 2026-11)."""

_SUBDOMAIN: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_WHOLE: Final = re.compile(r"[1-9]\d{0,17}")


def _subdomain(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if _SUBDOMAIN.fullmatch(value.lower()) is None:
        raise ValueError('is not a subdomain; for https://acme.zendesk.com write subdomain = "acme"')
    return value.lower()


def _remote_id(value: Any) -> Any:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise ValueError("is not a Zendesk id; copy the number from the address of its page in the Admin Center")


RemoteId = Annotated[int, BeforeValidator(_remote_id)]
"""A number that Zendesk gave something; in TOML a number, or a key made of digits."""


class _Auth(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class OAuthToken(_Auth):
    """An OAuth access token that somebody else renews."""

    kind: Literal["oauth_token"]
    token_env: str = Field(description="Name of the variable that holds the access token.")


class ClientCredentials(_Auth):
    """An OAuth client of Zendesk; its token is fetched when needed and kept in memory only."""

    kind: Literal["client_credentials"]
    client_id_env: str = Field(description="Name of the variable that holds the client's unique identifier.")
    client_secret_env: str = Field(description="Name of the variable that holds the client's secret.")


class ApiToken(_Auth):
    """An API token with the e-mail of its user. Zendesk deactivates every API token on 2027-04-30."""

    kind: Literal["api_token"]
    email_env: str = Field(description="Name of the variable that holds the user's e-mail address.")
    token_env: str = Field(description="Name of the variable that holds the API token.")


Auth = Annotated[OAuthToken | ClientCredentials | ApiToken, Field(discriminator="kind")]
"""The three ways to be let in."""


class ZendeskSettings(DestinationSettings):
    """One Zendesk account."""

    subdomain: Annotated[str, BeforeValidator(_subdomain)] | None = Field(
        None, description='The account: "acme" for https://acme.zendesk.com. Needed unless base_url is given.'
    )
    token_env: str | None = Field(None, description="Name of the variable that holds an OAuth access token; or auth.")
    auth: Auth | None = Field(
        None, description="Another way in: kind client_credentials, api_token or oauth_token, and its variables."
    )
    fields: dict[RemoteId, ExpressionText] = Field(
        default_factory=dict, description="Custom ticket fields by id, each from a packet expression."
    )
    brief_field: RemoteId | None = Field(
        None, description="Id of a multi-line text field: the brief, rewritten in place."
    )
    links_field: RemoteId | None = Field(None, description="Id of a text field: links to the sibling records.")
    tags: tuple[str, ...] = Field(
        ("handoff",), description="Tags that every ticket gets, besides lane, urgency, reason."
    )
    ticket_form_id: RemoteId | None = Field(None, description="Id of the ticket form; absent: the account's default.")
    brand_id: RemoteId | None = Field(None, description="Id of the brand; absent: the account's default.")
    settle: Duration = Field(
        SETTLE, gt=0, description="How long Zendesk may take to show a ticket that it has accepted."
    )
    min_update_interval: Duration = Field(
        MIN_UPDATE_INTERVAL, ge=0, description="Least time between two updates of one ticket."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.subdomain is None and self.base_url is None:
            raise ValueError('names no account; write subdomain = "acme" for https://acme.zendesk.com')
        if (self.token_env is None) == (self.auth is None):
            raise ValueError('needs one way in; write token_env = "ZENDESK_TOKEN", or auth = { kind = "…", … }')
        special = [one for one in (self.brief_field, self.links_field) if one is not None]
        if len(set(special)) < len(special) or set(special) & set(self.fields):
            raise ValueError("uses one field twice; give brief_field, links_field and fields each an id of their own")
        return self

    @property
    def origin(self) -> str:
        """Scheme, host and port of the account."""
        return self.base_url or f"https://{self.subdomain}.zendesk.com"
