"""``[agents.<name>]``: other agents that packets can be addressed to, each with a folder of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from handoff_core.config.destinations import Destination
from handoff_core.config.inbox import InboxSettings
from handoff_core.config.positions import KeyPath
from handoff_core.config.problems import Problems
from handoff_core.config.source import Source
from handoff_core.config.tables import FilePath, Table
from handoff_core.outbox import AGENT, OutboxConnector, OutboxSettings

OUTBOX = "outbox"
"""What stands for a connector's name in the account of an outbox."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,57}")
"""As ``to`` takes it, and so short that the ledger can keep ``agent:<name>``."""


class AgentSettings(Table):
    """Another agent. Packets with `to = "agent:<name>"` are put into its outbox, beside the records that people get.

    `[privacy.<name>]` says what it may see, as for a destination.
    """

    outbox: FilePath = Field(description="Folder, relative to this file's; one JSON file a packet, always the newest.")


def outboxes_of(agents: Mapping[str, AgentSettings], source: Source) -> Mapping[str, Destination]:
    """Each agent's outbox as a destination, by the name of its deliveries, ``agent:<name>``."""
    made = {}
    for name, agent in agents.items():
        folder = str(source.beside(agent.outbox))
        settings = OutboxSettings.model_validate({"connector": OUTBOX, "folder": folder})
        made[f"{AGENT}{name}"] = Destination(f"{AGENT}{name}", OUTBOX, OutboxConnector, settings)
    return made


def check_agents(
    document: Mapping[str, Any],
    agents: Mapping[str, AgentSettings],
    inbox: InboxSettings | None,
    source: Source,
    problems: Problems,
) -> None:
    """Names that a packet can address and that mean one thing, and folders that are nobody else's."""
    destinations = document.get("destinations")
    taken = destinations if isinstance(destinations, dict) else {}
    inbox_folder = source.beside(inbox.path).resolve() if inbox is not None else None
    seen: dict[object, str] = {}
    for name, agent in agents.items():
        path: KeyPath = ("agents", name)
        if _NAME.fullmatch(name) is None:
            problems.add(
                path,
                "is not a name that a packet can address.",
                'Use at most 58 letters, digits, ".", "_" and "-", beginning with a letter or digit.',
            )
        if name in taken:
            problems.add(
                path,
                "is the name of a destination too, so that [privacy] could mean either.",
                "Give the agent another name.",
            )
        folder = source.beside(agent.outbox).resolve()
        if folder == inbox_folder:
            problems.add(
                (*path, "outbox"), "is this business's own inbox, so that its packets would come back.", "Name another."
            )
        first = seen.setdefault(folder, name)
        if first != name:
            problems.add((*path, "outbox"), f'is the outbox of "{first}" too.', "Give each agent a folder of its own.")
