"""Two small connectors that stand in for the real ones, and a whole configuration to break."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from handoff_core.config import Config, connectors, load
from handoff_core.config.connectors import ConnectorMissing
from handoff_core.connector import Connector, DestinationSettings
from handoff_core.errors import ConfigError, ConfigProblem
from handoff_core.packet import UrgencyLevel
from handoff_core.packet.expression import ExpressionText

WHOLE = """\
[business]
id = "acme-plumbing"
name = "Acme Plumbing"
timezone = "America/Chicago"
region = "US"
hours = { mon-fri = "08:00-18:00", sat = "09:00-13:00" }

[store]
url = "sqlite:///handoff.db"

[secrets]
env_file = ".env"

[inbox]
path = "inbox"

[owners.dana]
name = "Dana Fields"
email = "dana@acme.example"
identities = { desk = "9001", alerts = "U0DANA" }

[owners.support]
name = "Support desk"
team = true
identities = { desk = "360007", alerts = "S0SUP" }

[destinations.desk]
connector = "tickets"
subdomain = "acme"
token_env = "DESK_TOKEN"
fields = { 360001 = "urgency.level" }

[destinations.alerts]
connector = "talk"
token_env = "TALK_TOKEN"
channel = "C0ALERTS"

[routing]
fallback = "dana"

[[routing.rules]]
name = "hot leads"
when = { lane = ["sales"], urgency = ["high", "critical"] }
owner = "dana"
destinations = ["alerts"]

[[routing.rules]]
name = "nights"
when = { within_hours = false }
owner = "support"

[quality]
gate = "annotate"

[delivery]
lease = "60s"
retry = { first = "5s", factor = 3.0, longest = "1h", give_up_after = "28h" }
"""
"""A configuration without any problem or warning, given the tokens."""

TOKENS = {"DESK_TOKEN": "desk-secret-1", "TALK_TOKEN": "talk-secret-1"}


class _Credentials(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    kind: Literal["client_credentials"]
    client_id_env: str
    client_secret_env: str


class _ApiToken(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    kind: Literal["api_token"]
    email_env: str
    token_env: str


class TicketSettings(DestinationSettings):
    """As Zendesk's."""

    subdomain: str
    token_env: str | None = None
    auth: _Credentials | _ApiToken | None = Field(None, discriminator="kind")
    fields: Mapping[str, ExpressionText] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.token_env is None) == (self.auth is None):
            raise ValueError("needs either token_env or auth; write one of them")
        return self


class TalkSettings(DestinationSettings):
    """As Slack's: the account hangs on the token."""

    token_env: str
    channel: str
    channels_by_urgency: Mapping[UrgencyLevel, str] = Field(default_factory=dict)


class Tickets:
    settings_model: ClassVar[type[DestinationSettings]] = TicketSettings

    @classmethod
    def account(cls, settings: Any, secret: Callable[[str], str]) -> str:
        return str(settings.subdomain)


class Talk:
    settings_model: ClassVar[type[DestinationSettings]] = TalkSettings

    @classmethod
    def account(cls, settings: Any, secret: Callable[[str], str]) -> str:
        return f"len{len(secret(settings.token_env))}"


_FAKES: Mapping[str, Any] = {"tickets": Tickets, "talk": Talk}


@pytest.fixture(autouse=True)
def stand_in_connectors(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the installed ones, but for tests marked by a fixture ``real_connectors``."""
    if "real_connectors" in request.fixturenames:
        return

    def names() -> Sequence[str]:
        return sorted(_FAKES)

    def found(name: str) -> type[Connector]:
        if name not in _FAKES:
            raise ConnectorMissing(f'There is no connector "{name}".', "Installed: talk, tickets.")
        chosen: type[Connector] = _FAKES[name]
        return chosen

    monkeypatch.setattr(connectors, "connector_class", found)
    monkeypatch.setattr(connectors, "connector_names", names)


@pytest.fixture
def real_connectors() -> None:
    """Asks for the installed connectors."""


@pytest.fixture
def load_text(tmp_path: Path) -> Callable[..., Config]:
    """Writes a configuration, and its .env when given, and loads it."""

    def write_and_load(text: str, *, environ: Mapping[str, str] = TOKENS, env: str | None = None) -> Config:
        (tmp_path / "handoff.toml").write_text(text, encoding="utf-8")
        if env is not None:
            (tmp_path / ".env").write_text(env, encoding="utf-8")
        return load(tmp_path / "handoff.toml", environ)

    return write_and_load


@pytest.fixture
def problems_in(load_text: Callable[..., Config]) -> Callable[..., tuple[ConfigProblem, ...]]:
    """Everything that is wrong with a configuration; the warnings when it loads."""

    def found(text: str, **options: Any) -> tuple[ConfigProblem, ...]:
        try:
            return load_text(text, **options).warnings
        except ConfigError as error:
            return error.problems

    return found


@pytest.fixture
def whole() -> str:
    """The text of a configuration without any problem."""
    return WHOLE
