"""Plausible answers for ``handoff preview``, so that it can show every request without a network."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from handoff_connectors.transport import Answer
from handoff_core.connector import RecordedRequest

BOT: Final = {
    "user_id": "U0HANDOFF",
    "bot_id": "B0HANDOFF",
    "url": "https://your-workspace.slack.com/",
    "team": "preview",
}
TS: Final = "1700000000.000001"
OWNER: Final = "U0OWNER"
"""Stands for the owner's id, which only a look-up can tell."""


def preview_answer(request: RecordedRequest) -> Answer:
    """What Slack would most likely say to ``request``."""
    method = urlsplit(request.url).path.rpartition("/")[2]
    if method == "auth.test":
        return Answer({"ok": True, **BOT})
    if method in ("chat.postMessage", "chat.update", "chat.delete"):
        given = _arguments(request)
        return Answer({"ok": True, "channel": given.get("channel"), "ts": given.get("ts") or TS})
    if method in ("users.lookupByEmail", "users.info"):
        return Answer({"ok": True, "user": {"id": OWNER, "deleted": False}})
    return Answer({"ok": True, "messages": [], "has_more": False})


def _arguments(request: RecordedRequest) -> dict[str, Any]:
    if request.body.startswith("{"):
        found = json.loads(request.body)
        return found if isinstance(found, dict) else {}
    return {name: values[0] for name, values in parse_qs(request.body).items()}
