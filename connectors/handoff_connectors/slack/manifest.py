"""The manifest from which a business makes its own Slack app, with exactly the scopes that Handoff uses.

An app of one's own keeps the full read limits: shared apps outside Slack's marketplace that were made after
2025-05-29 may read history once a minute, 15 messages at a time (Slack docs, rate limits, 2026-11).
"""

from __future__ import annotations

from typing import Any, Final

from handoff_connectors.slack.scopes import SCOPES

NAME: Final = 35
"""Characters of an app's name (Slack docs, app manifest reference, 2026-11)."""
BOT_NAME: Final = 80
"""Characters of a bot's display name (same source)."""


def app_manifest(name: str) -> dict[str, Any]:
    """The manifest as JSON values; paste it at api.slack.com/apps, "Create New App", "From a manifest"."""
    words = " ".join(name.split()) or "Handoff"
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": words[:NAME].rstrip(),
            "description": "Tells the owner of a case what an AI agent hands over, and keeps the message up to date.",
        },
        "features": {"bot_user": {"display_name": words[:BOT_NAME].rstrip(), "always_online": False}},
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }
