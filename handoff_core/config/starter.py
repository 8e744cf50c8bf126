"""The first configuration of a business, written from the answers that ``handoff init`` collects."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handoff_core.config.kinds import GENERAL, Kind, kind_of
from handoff_core.config.template import fill

OWNER = "owner"
SECOND = "second"
"""The ids of the two people whom every kind of business asks for."""
PLACE = "yourfirm.example"
"""Where addresses are that nobody has said yet: `handoff check` names each one that is left."""
SUBDOMAIN = "yourfirm"
CHANNEL = "C0000000000"
HOURS_EXAMPLE = "mon-fri 08:00-18:00, sat 09:00-13:00"


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody said when setting Handoff up.

    The five questions are ``always``, ``owner_name`` with ``owner_email`` (and ``second_name``), ``require``,
    ``never_decides``, and ``acknowledged_within`` with ``closed_within``. Durations are written as in the
    file (``15m``).
    """

    kind: Kind
    always: tuple[str, ...]
    owner_name: str
    require: Mapping[str, tuple[str, ...]]
    """Required paths by lane; the lanes are those of the kind."""
    never_decides: tuple[str, ...]
    acknowledged_within: str
    closed_within: str
    owner_email: str | None = None
    second_name: str | None = None
    """Who is asked when the first does not answer; None: nobody."""
    second_email: str | None = None
    business_name: str = "My business"
    business_id: str = "my-business"
    timezone: str = "UTC"
    region: str | None = None
    hours: str | None = None
    """As people say them: ``mon-fri 08:00-18:00, sat 09:00-13:00``; None where nobody said any."""
    connectors: tuple[str, ...] = ("zendesk", "hubspot", "slack")
    zendesk_subdomain: str | None = None
    slack_channel: str | None = None


def usual(name: str = GENERAL) -> Answers:
    """The usual answers of a kind of business: those of ``handoff init --yes``. KeyError for an unknown kind."""
    kind = kind_of(name)
    given: dict[str, Any] = dict(kind.answers)
    given["require"] = {lane: tuple(paths) for lane, paths in given["require"].items()}
    for several in ("always", "never_decides"):
        given[several] = tuple(given[several])
    return Answers(kind=kind, **given)


def hours_table(text: str) -> dict[str, list[str]]:
    """``mon-fri 08:00-12:00 13:00-17:00, sat 09:00-13:00`` as ``[business] hours`` has it; judged there, not here."""
    parts = [part.split() for part in text.split(",") if part.strip()]
    return {words[0].lower(): words[1:] for words in parts}


def id_from(name: str) -> str:
    """A business id made from a business's name: ``Müller & Söhne`` → ``muller-sohne``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-") or "my-business"


def starter_toml(answers: Answers) -> str:
    """The text of ``handoff.toml``: short, commented, and loading without errors."""
    return "\n\n".join((_business(answers).strip("\n"), fill(answers.kind.text, _values(answers)))) + "\n"


def starter_env(answers: Answers) -> str:
    """The text of ``.env.example``: one line for each secret that the written configuration names."""
    lines = [
        "# Copy this file to .env, fill it in, and keep .env to yourself: never send it, never commit it.",
        "# A line NAME=value each, without spaces around the sign.",
    ]
    for name in answers.connectors:
        if name in _VARIABLES:
            variable, where = _VARIABLES[name]
            lines += ["", f"# {where}", f"{variable}="]
    return "\n".join(lines) + "\n"


def _business(answers: Answers) -> str:
    zone = "change this where it is wrong: " if answers.timezone == "UTC" else ""
    region = (
        f"region = {_text(answers.region)}                       # country of phone numbers without a country code"
        if answers.region
        else '# region = "US"                     # country of phone numbers without a country code'
    )
    return f"""
# How Handoff works for {_comment(answers.business_name)}.
# After each change: `handoff check` says what is wrong here, with line and column.
# Every other setting, with its meaning and default, is in config.example.toml.

[business]
id = {_text(answers.business_id)}   # part of every record's key: never change it later
name = {_text(answers.business_name)}
timezone = {_text(answers.timezone)}   # {zone}in which times are shown and hours are meant, e.g. "America/Chicago"
{region}
{_hours(answers)}
# holidays = ["12-25", "01-01"]       # days on which nobody is there; "2026-12-24/2027-01-01" is a range

[store]
url = "sqlite:///handoff.db"        # a file beside this one; make a backup of it as of your other files

[secrets]
env_file = ".env"                   # tokens stand there, never here: copy .env.example to .env and fill it in

[inbox]
path = "inbox"                      # your AI automation drops packets here; `handoff sync` takes them
"""


def _hours(answers: Answers) -> str:
    if not answers.hours:
        return '# hours = { mon-fri = "08:00-18:00" }   # needed only for rules with within_hours'
    table = ", ".join(
        f"{days} = {_text(spans[0]) if len(spans) == 1 else _list(spans)}"
        for days, spans in hours_table(answers.hours).items()
    )
    return f"hours = {{ {table} }}   # when people are there; write yours"


def _values(answers: Answers) -> dict[str, str | None]:
    """Every placeholder that the text of a kind may have, with what stands there."""
    chosen = [name for name, connector in _CONNECTOR_OF.items() if connector in answers.connectors]
    second = answers.second_name
    values: dict[str, str | None] = {
        "owner_name": _text(answers.owner_name),
        "owner_email": _email(answers.owner_email, OWNER),
        "owner_note": _note(answers.owner_email),
        "second_note": _note(answers.second_email),
        "second": _text(SECOND) if second else None,
        "second_name": _text(second) if second else None,
        "second_email": _email(answers.second_email, SECOND),
        "destinations": _destinations(answers),
        "always": _list(answers.always),
        "never_decides": _list(answers.never_decides),
        "acknowledged_within": _text(answers.acknowledged_within),
        "closed_within": _text(answers.closed_within),
    }
    values.update({f"require.{lane}": _list(paths) for lane, paths in answers.require.items()})
    values.update({name: "" if name in chosen else None for name in _CONNECTOR_OF})
    for several in ("desk+crm", "crm+alerts", "desk+alerts", "crm"):
        names = [name for name in several.split("+") if name in chosen]
        # Without a list a rule means every destination: that is right also where none of these is used.
        values[f"only.{several}"] = _list(names) if names and names != chosen else None
    return values


def _email(address: str | None, owner: str) -> str:
    return _text(address or f"{owner}@{PLACE}")


def _note(address: str | None) -> str:
    return f"{'' if address else 'change this: '}Zendesk, HubSpot and Slack find the person by it"


def _destinations(answers: Answers) -> str:
    tables = (_DESTINATIONS[name](answers) for name in answers.connectors if name in _DESTINATIONS)
    return "\n\n".join(
        ("# ---- Where does it go? One table for each system.", *(table.strip("\n") for table in tables))
    )


def _zendesk(answers: Answers) -> str:
    note = "" if answers.zendesk_subdomain else "   # change this: the first part of YOURS.zendesk.com"
    return f"""
[destinations.desk]                 # a ticket for each case
connector = "zendesk"
subdomain = {_text(answers.zendesk_subdomain or SUBDOMAIN)}{note}
token_env = "ZENDESK_TOKEN"         # the name of the line in .env, not the token itself
"""


def _hubspot(answers: Answers) -> str:
    return """
[destinations.crm]                  # a note on the customer's contact, and a task when something is due
connector = "hubspot"
token_env = "HUBSPOT_TOKEN"
task = "when-due"                   # always | when-due | never
"""


def _slack(answers: Answers) -> str:
    note = (
        "" if answers.slack_channel else "   # change this: open the channel, click its name, copy the id at the bottom"
    )
    return f"""
[destinations.alerts]               # a message for each case, with the details in its thread
connector = "slack"
token_env = "SLACK_BOT_TOKEN"
channel = {_text(answers.slack_channel or CHANNEL)}{note}
"""


def _text(value: str) -> str:
    """A TOML basic string. JSON escapes as TOML does, but lets DEL through."""
    return json.dumps("".join(sign for sign in value if sign.isprintable()), ensure_ascii=False)


def _comment(value: str) -> str:
    return "".join(sign for sign in value if sign.isprintable())


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"


_DESTINATIONS: Mapping[str, Callable[[Answers], str]] = {"zendesk": _zendesk, "hubspot": _hubspot, "slack": _slack}
_CONNECTOR_OF = {"desk": "zendesk", "crm": "hubspot", "alerts": "slack"}
_VARIABLES = {
    "zendesk": ("ZENDESK_TOKEN", "Zendesk: Admin Center, Apps and integrations, APIs: an OAuth access token."),
    "hubspot": (
        "HUBSPOT_TOKEN",
        "HubSpot: Development: the token of a service key or private app, with the scopes crm.objects.contacts.read, "
        "crm.objects.contacts.write and crm.objects.owners.read.",
    ),
    "slack": ("SLACK_BOT_TOKEN", "Slack: your app, OAuth & Permissions: the Bot User OAuth Token (xoxb-…)."),
}
