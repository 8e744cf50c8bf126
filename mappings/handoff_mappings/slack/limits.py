"""What Slack accepts in one message, and the budgets that stay below it.

Slack docs, "Block Kit" reference and chat.postMessage, 2026-11, unless a line says otherwise.
"""

from __future__ import annotations

from typing import Final

BLOCKS: Final = 50
"""Blocks in one message."""
HEADER_TEXT: Final = 150
"""Characters of a header; plain text only."""
SECTION_TEXT: Final = 3000
"""Characters of a section's text."""
SECTION_FIELDS: Final = 10
"""Fields of one section."""
FIELD_TEXT: Final = 2000
"""Characters of one field of a section. slack_sdk's own models do not check it (3.47.0)."""
CONTEXT_ELEMENTS: Final = 10
"""Elements of one context block."""
CONTEXT_TEXT: Final = 2000
"""Our limit for one of them; Slack's documentation names none, and this is its smallest for such a text."""
ACTIONS_ELEMENTS: Final = 25
"""Buttons of one actions block."""
BUTTON_TEXT: Final = 75
"""Characters on a button; plain text only."""
BUTTON_URL: Final = 3000
"""Characters of the address behind a button."""
IDENTIFIER: Final = 255
"""Characters of a block_id or an action_id."""

MESSAGE_TEXT: Final = 8000
"""Our budget for all text characters in the blocks of one message.

Slack answers ``msg_blocks_too_long`` at about 12,000 characters with "a buffer for block containers"
(bolt-js issue 2509); 9,597 were accepted and 11,341 rejected (bolt-js issue 2867, open).
"""
MESSAGE_JSON: Final = 14_000
"""Our budget for the blocks' JSON in characters: 15,561 were accepted, 17,694 rejected (bolt-js issue 2867)."""
FALLBACK_TEXT: Final = 3500
"""Our budget for the top-level text: chat.update refuses more than 4,000 (``msg_too_long``)."""
UPDATE_TEXT: Final = 4000
"""Characters of top-level text that chat.update takes; chat.postMessage cuts only at 40,000."""
