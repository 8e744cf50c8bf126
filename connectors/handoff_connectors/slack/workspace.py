"""Who we are in the workspace: what auth.test said, remembered so that it costs no call per message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from handoff_core.connector import Memory
from handoff_core.errors import Transient

_NAME: Final = "slack.workspace"
_KEEP: Final = 24 * 3600.0
"""Seconds for which auth.test is remembered; the workspace's address changes about never."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace and our bot in it. ``url`` ends with a slash."""

    url: str
    name: str
    bot_id: str
    user_id: str

    def wrote(self, message: Mapping[str, Any]) -> bool:
        """Whether our own bot posted this message."""
        ours = (self.bot_id and message.get("bot_id") == self.bot_id) or (
            self.user_id and message.get("user") == self.user_id
        )
        return bool(ours)

    def permalink(self, remote_id: str) -> str | None:
        """The address of a message in the archive; None when Slack did not say where the workspace lives.

        It has the form that chat.getPermalink answers (Slack docs, 2026-11), and saves that call for each message.
        """
        if not self.url.startswith(("https://", "http://")):
            return None
        channel, *stamps = remote_id.split(":")
        address = f"{self.url}archives/{channel}/p{stamps[-1].replace('.', '')}"
        return address if len(stamps) == 1 else f"{address}?thread_ts={stamps[0]}&cid={channel}"


def remembered(memory: Memory) -> Workspace | None:
    """What an earlier auth.test said, or None."""
    text = memory.recall(_NAME)
    if text is None:
        return None
    try:
        return Workspace(**json.loads(text))
    except (ValueError, TypeError):  # written by another version
        return None


def remember(memory: Memory, workspace: Workspace) -> None:
    """Keep it for a day."""
    memory.remember(_NAME, json.dumps(asdict(workspace)), seconds=_KEEP)


def workspace_of(answer: Mapping[str, Any]) -> Workspace:
    """The workspace in an answer of auth.test. Transient when the answer does not say who we are."""

    def text(name: str) -> str:
        value = answer.get(name)
        return value if isinstance(value, str) else ""

    url = text("url")
    workspace = Workspace(
        url=url if not url or url.endswith("/") else f"{url}/",
        name=text("team"),
        bot_id=text("bot_id"),
        user_id=text("user_id"),
    )
    if not (workspace.bot_id or workspace.user_id):
        raise Transient("Slack auth.test: the answer names neither bot nor user; try again later.")
    return workspace
