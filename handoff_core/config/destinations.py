"""``[destinations.<name>]``: where records are made, each by the connector that it names."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from handoff_core.config import connectors
from handoff_core.config.explain import explain, is_secret_key, known_keys
from handoff_core.config.positions import KeyPath
from handoff_core.config.problems import Problems, choice, nearest
from handoff_core.connector import Connector, DestinationSettings
from handoff_core.packet.enums import Sensitivity
from handoff_core.packet.expression import Expression, ExpressionError
from handoff_core.privacy import DEFAULT_HIGHEST

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
# In a packet expression these words win over names: links.first is the first link.
_TAKEN = {"first", "last"}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_FIELD_TABLE = re.compile(r"(?:.*_)?fields")


@dataclass(frozen=True, slots=True)
class Destination:
    """One configured block: its name, the connector's name and class, and its settings."""

    name: str
    connector: str
    connector_class: type[Connector]
    settings: DestinationSettings

    @property
    def sees(self) -> Sensitivity:
        """The highest class of what is shown there unless ``[privacy.<name>]`` says otherwise: its connector's own."""
        own = getattr(self.connector_class, "sensitivity", DEFAULT_HIGHEST)
        return own if isinstance(own, Sensitivity) else DEFAULT_HIGHEST

    def account(self, secret: Callable[[str], str]) -> str:
        """``zendesk:acme``: what limits and tokens belong to. KeyError when it hangs on a secret that is not set."""
        return f"{self.connector}:{self.connector_class.account(self.settings, secret)}"

    def variables(self) -> Mapping[KeyPath, str]:
        """Names of the environment variables that the settings mention, by the path of the key."""
        return dict(_variables(self.settings.model_dump()))

    def links(self) -> Mapping[KeyPath, str]:
        """Names of the sibling destinations whose links the field tables ask for, by the path of the key."""
        return dict(_links(self.settings.model_dump()))


def read_destination(name: str, table: Any, problems: Problems) -> Destination | None:
    """The destination of one table; None, and everything wrong with it among the problems, when it is refused."""
    path: KeyPath = ("destinations", name)
    if _NAME.fullmatch(name) is None or name in _TAKEN:
        problems.add(
            path,
            "is not a name for a destination.",
            'Use letters, digits, "-" and "_", beginning with a letter, and neither "first" nor "last".',
        )
    if not isinstance(table, dict):
        problems.add(path, "is not a table.", f"Write [destinations.{name}] and the settings below it.")
        return None
    variables_right = _check_variables(path, table, problems)
    origin = _check_origin(path, table, problems)
    found = _connector(path, table, problems)
    if found is None:
        _explain_as_meant(path, table, problems)
        _refuse_secrets(path, table, problems)
        return None
    table = table if origin is None else {**table, "base_url": origin}
    try:
        settings = found.settings_model.model_validate(table)
    except ValidationError as error:
        seen = {draft.path for draft in problems.drafts}
        drafts = explain(error, found.settings_model, table, path)
        problems.extend(draft for draft in drafts if draft.path not in seen)
        return None
    return Destination(name, table["connector"], found, settings) if variables_right else None


def _connector(path: KeyPath, table: Mapping[str, Any], problems: Problems) -> type[Connector] | None:
    name = table.get("connector")
    if not isinstance(name, str):
        names = ", ".join(connectors.connector_names())
        problems.add((*path, "connector"), "is missing or not text.", f'Write connector = "NAME". Installed: {names}.')
        return None
    try:
        return connectors.connector_class(name)
    except connectors.ConnectorMissing as error:
        problems.add((*path, "connector"), error.text, error.fix)
        return None


def _explain_as_meant(path: KeyPath, table: Mapping[str, Any], problems: Problems) -> None:
    """What else is wrong with a table that names no connector that there is, so that one look is enough.

    Where the connector can be guessed (a misspelt key, or a misspelt name) by that one's keys, else by those of all.
    """
    names = connectors.connector_names()
    models = settings_models()
    misspelt = None
    if "connector" not in table:
        misspelt = next((key for key, value in table.items() if value in names and nearest(key, ["connector"])), None)
    meant: str = (table[misspelt] if misspelt else nearest(str(table.get("connector", "")), names)) or ""
    if misspelt is not None:
        problems.add((*path, misspelt), "is not a known key.", 'Did you mean "connector"?')
    rest = {key: value for key, value in table.items() if key not in ("connector", misspelt)}
    if meant in models:
        seen = {draft.path for draft in problems.drafts}
        try:
            models[meant].model_validate({**rest, "connector": meant})
        except ValidationError as error:
            drafts = explain(error, models[meant], rest, path)
            problems.extend(draft for draft in drafts if draft.path not in seen)
        return
    known = {"connector", *(key for model in models.values() for key in known_keys(model, ()))}
    for key in rest:
        if key not in known and not is_secret_key(key):
            problems.add((*path, key), "is not a known key.", choice(key, known, "key here"))


def _check_variables(path: KeyPath, table: Mapping[str, Any], problems: Problems) -> bool:
    """Whether every ``…_env`` names a variable: a token pasted there instead is never repeated in the message."""
    right = True
    for inner, value in _variables(table):
        if _VARIABLE.fullmatch(value) is None:
            problems.add(
                (*path, *inner),
                "is not the name of an environment variable.",
                'Write the NAME only, e.g. "ZENDESK_TOKEN", and set it in the environment or in the env file. '
                "If this was the secret itself, renew it: it has been in a file.",
            )
            right = False
    return right


def _variables(table: Mapping[str, Any], base: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping) and _FIELD_TABLE.fullmatch(key) is None:
            yield from _variables(value, (*base, key))
        elif key.endswith("_env") and isinstance(value, str):
            yield (*base, key), value


def _links(table: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    for key, fields in table.items():
        if isinstance(fields, Mapping) and _FIELD_TABLE.fullmatch(key):
            for field, text in fields.items():
                wanted = _link(text)
                if wanted is not None:
                    yield (key, str(field)), wanted


def _link(text: Any) -> str | None:
    try:
        return Expression.parse(text).destination if isinstance(text, str) else None
    except ExpressionError:  # a field table of another package need not hold expressions
        return None


def _check_origin(path: KeyPath, table: Mapping[str, Any], problems: Problems) -> str | None:
    """The origin of ``base_url`` without a closing slash; None when there is none or it is refused."""
    url = table.get("base_url")
    if not isinstance(url, str):
        return None
    wrong = _wrong_with(url)
    if wrong is None:
        return url.strip().rstrip("/")
    problems.add(
        (*path, "base_url"), wrong, 'Write the origin only, e.g. "https://acme.example" or "http://127.0.0.1:8080".'
    )
    return None


def _wrong_with(url: str) -> str | None:
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not a URL."
    if "@" in parts.netloc:
        return "holds a user or password, and secrets never stand in this file."
    if parts.scheme not in {"https", "http"} or not host:
        return "is not an https URL."
    if parts.path not in {"", "/"} or parts.query or parts.fragment or "?" in url or "#" in url:
        return "has a path or query; the connector adds the vendor's own path."
    if parts.scheme == "http" and not is_loopback(host):
        return "would send the token unencrypted; http is for loopback addresses only."
    return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: ``localhost`` or a loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_secrets(path: KeyPath, table: Mapping[str, Any], problems: Problems) -> None:
    """Without a connector no model refuses them."""
    for key in table:
        if is_secret_key(key):
            problems.add(
                (*path, key),
                "is a secret, and secrets never stand in this file.",
                'Write token_env = "NAME" instead, and set NAME in the environment or in the env file. '
                "Then renew the secret: it has been in a file.",
            )


def settings_models() -> Mapping[str, type[BaseModel]]:
    """The settings model of every installed connector that can be loaded, by the connector's name."""
    models: dict[str, type[BaseModel]] = {}
    for name in connectors.connector_names():
        # A broken package of somebody else is reported where it is used, not here.
        with suppress(connectors.ConnectorMissing):
            models[name] = connectors.connector_class(name).settings_model
    return models
