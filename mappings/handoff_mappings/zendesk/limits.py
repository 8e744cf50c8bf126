"""What Zendesk takes, with source and date."""

from __future__ import annotations

from typing import Final

SUBJECT: Final = 150
"""Characters of a subject; not documented, what the agent interface shows (2026-11)."""
COMMENT: Final = 60_000
"""Characters of a comment, markup included; Zendesk takes about 65,000 (community 4719863289498, 2026-11)."""
COMMENT_BYTES: Final = 64_000
"""Bytes of a comment in UTF-8: the same source speaks of 64 kB too, so both are kept."""
TEXT_FIELD: Final = 60_000
"""Characters of a text or multi-line field; the cap is not documented, 65,536 was seen (2026-11)."""
TAG: Final = 200
"""Characters of a tag; the cap is not documented, 255 was seen (2026-11)."""
PERSON_NAME: Final = 200
"""Characters of a requester's name; not documented."""
EXTERNAL_ID: Final = 255
"""Characters of an external id; not documented, that of Zendesk's other string columns."""
