"""``[store]``: where the ledger is kept."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import BeforeValidator, Field

from handoff_core.config.tables import Table, path_that_can_be

SQLITE = "sqlite:///"
POSTGRESQL = "postgresql://"


def _url(value: Any) -> Any:
    # No message here repeats the value: it may hold a password.
    if not isinstance(value, str):
        return value
    if value.startswith("sqlite:"):
        return _sqlite(value)
    if value.startswith(POSTGRESQL):
        return _postgresql(value)
    raise ValueError('is not a store; write "sqlite:///handoff.db" or "postgresql://user@host/name"')


def _sqlite(value: str) -> str:
    file = value.removeprefix(SQLITE)
    if not value.startswith(SQLITE) or not file:
        raise ValueError('names no file; write "sqlite:///handoff.db"')
    if file.startswith(":memory:"):
        raise ValueError('is forgotten when the run ends; name a file, e.g. "sqlite:///handoff.db"')
    if any(mark in file for mark in "?#\0"):
        raise ValueError('takes a plain file name; leave "?" and "#" out')
    path_that_can_be(file)
    return value


def _postgresql(value: str) -> str:
    try:
        parts = urlsplit(value)
        password = parts.password
        _ = parts.port
    except ValueError:
        raise ValueError('is not a URL; write "postgresql://user@host:5432/name"') from None
    if password is not None or any(key.lower() in {"password", "sslpassword"} for key, _ in parse_qsl(parts.query)):
        raise ValueError(
            "holds a password, and secrets never stand in this file; write postgresql://user@host/name, "
            "and give the password as PGPASSWORD in the environment or in a pgpass file"
        )
    if not parts.path.strip("/"):
        raise ValueError('names no database; write "postgresql://user@host/name"')
    return value


class StoreSettings(Table):
    """The ledger's database."""

    url: Annotated[str, BeforeValidator(_url)] = Field(
        "sqlite:///handoff.db",
        description="sqlite:///FILE, relative to this file's folder, or postgresql://user@host/name (no password).",
    )

    @property
    def sqlite_file(self) -> str | None:
        """The file's name as written; None for PostgreSQL."""
        return self.url.removeprefix(SQLITE) if self.url.startswith(SQLITE) else None
