"""Every Slack method that Handoff calls, and the scopes of the bot token that it needs for them.

Slack docs, method pages and scope pages, 2026-11. ``check`` and the app manifest are made from this table.
"""

from __future__ import annotations

from typing import Final

METHODS: Final[dict[str, tuple[str, ...]]] = {
    "auth.test": (),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history"),
    "conversations.replies": ("channels:history", "groups:history"),
    "users.lookupByEmail": ("users:read.email",),
    "users.info": ("users:read",),
}
"""Scopes by method. ``groups:history`` is for private channels; Slack grants users:read.email only with users:read."""

SCOPES: Final[tuple[str, ...]] = tuple(sorted({scope for scopes in METHODS.values() for scope in scopes}))
"""The scopes of the app, each used by a method above."""

PURPOSE: Final[dict[str, str]] = {
    "chat:write": "post alerts and keep them up to date",
    "channels:history": "find an alert again after a lost answer, in public channels",
    "groups:history": "find an alert again after a lost answer, in private channels",
    "users:read": "see whether an owner's account still exists",
    "users:read.email": "find an owner by e-mail",
}
"""Why each scope is asked for, in words for the person who installs the app."""
