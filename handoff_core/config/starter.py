"""The first configuration of a business, written from the answers that ``handoff init`` collects."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from handoff_core.packet.enums import Lane

_CUSTOMER_LANES = (Lane.SUPPORT.value, Lane.SALES.value, Lane.BOOKING.value)


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody said when setting Handoff up; the defaults are those of ``handoff init --yes``.

    The five questions are ``always``, ``owner_name`` with ``owner_email``, ``require``, ``never_decides``, and
    ``acknowledged_within`` with ``closed_within``. Durations are written as in the file (``15m``).
    """

    business_name: str = "My business"
    business_id: str = "my-business"
    timezone: str = "UTC"
    region: str | None = None
    owner_name: str = "The owner"
    owner_email: str | None = None
    always: tuple[str, ...] = ("the customer asks for a person", "safety or damage", "a legal question")
    require: tuple[str, ...] = ("customer.name", "customer.phone")
    never_decides: tuple[str, ...] = ("refunds", "prices and discounts", "legal questions")
    acknowledged_within: str = "15m"
    closed_within: str = "2d"
    lanes: tuple[str, ...] = _CUSTOMER_LANES
    """Lanes in which the required fields and the times of success hold."""
    connectors: tuple[str, ...] = ("zendesk", "hubspot", "slack")
    zendesk_subdomain: str | None = None
    slack_channel: str | None = None


def id_from(name: str) -> str:
    """A business id made from a business's name: ``Müller & Söhne`` → ``muller-sohne``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-") or "my-business"


def starter_toml(answers: Answers) -> str:
    """The text of ``handoff.toml``: short, commented, and loading without errors."""
    parts = [
        _business(answers),
        _owner(answers),
        *(_DESTINATIONS[name](answers) for name in answers.connectors if name in _DESTINATIONS),
        _routing(answers),
        _quality(answers),
        _review(answers),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


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
timezone = {_text(answers.timezone)}
{region}
# hours = {{ mon-fri = "08:00-18:00" }}   # needed only for rules with within_hours

[store]
url = "sqlite:///handoff.db"        # a file beside this one; make a backup of it as of your other files

[secrets]
env_file = ".env"                   # tokens stand there, never here: copy .env.example to .env and fill it in

[inbox]
path = "inbox"                      # your AI automation drops packets here; `handoff sync` takes them
"""


def _owner(answers: Answers) -> str:
    email = (
        f"email = {_text(answers.owner_email)}"
        if answers.owner_email
        else '# email = "you@yourfirm.example"    # fill this in: Zendesk, HubSpot and Slack find the person by it'
    )
    return f"""
# ---- Who receives the work? One table for each person or team; the word after "owners." is up to you.

[owners.owner]
name = {_text(answers.owner_name)}
{email}
"""


def _zendesk(answers: Answers) -> str:
    note = "" if answers.zendesk_subdomain else "   # change this: the first part of YOURS.zendesk.com"
    return f"""
# ---- Where does it go? One table for each system.

[destinations.desk]                 # a ticket for each case
connector = "zendesk"
subdomain = {_text(answers.zendesk_subdomain or "yourfirm")}{note}
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
channel = {_text(answers.slack_channel or "C0000000000")}{note}
"""


def _routing(answers: Answers) -> str:
    channels = [name for name in ("desk", "crm", "alerts") if _CONNECTOR_OF[name] in answers.connectors]
    return f"""
# ---- Who gets what? The first rule that matches wins; without one, the fallback owner gets it in every system.

[routing]
fallback = "owner"                  # nobody is ever left without a human

# [[routing.rules]]
# name = "hot leads"
# when = {{ lane = "sales", urgency = ["high", "critical"] }}
# owner = "owner"
# destinations = {_list(channels)}
"""


def _quality(answers: Answers) -> str:
    lanes = "\n".join(_lane(lane, answers) for lane in answers.lanes)
    return f"""
# ---- Which fields are required, and how is success known? For each kind of work (lane).
# A packet without a required field still arrives, with the gap named at the top.

[quality]
gate = "annotate"                   # "hold": such a packet goes to the fallback owner first, marked HELD

{lanes}
"""


def _lane(lane: str, answers: Answers) -> str:
    success = (
        f"acknowledged_within = {_text(answers.acknowledged_within)}, closed_within = {_text(answers.closed_within)}"
    )
    return f"[lanes.{lane}]\nrequire = {_list(answers.require)}\nsuccess = {{ {success} }}\n"


def _review(answers: Answers) -> str:
    return f"""
# ---- What always goes to a person, and what does the AI never decide?
# In words that customers use: `handoff triage` shows when they are found in a conversation. A packet in which the AI
# decided what it never decides gets an error. ("success" above is checked and kept; a later version acts on it.)

[review]
always = {_list(answers.always)}
ai_never_decides = {_list(answers.never_decides)}
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
