"""What HubSpot takes at most, with source and date."""

from __future__ import annotations

from typing import Final

NOTE_BODY: Final = 65_536
"""Characters of ``hs_note_body``, tags and entities counted (HubSpot docs, notes, 2026-11)."""
TASK_BODY: Final = 65_536
"""Characters of ``hs_task_body``: a rich-text property like the body of a note (HubSpot docs, tasks, 2026-11)."""
TASK_SUBJECT: Final = 250
"""Characters of a task's subject. HubSpot names no limit; more is unreadable in its task list."""
TEXT_PROPERTY: Final = 65_536
"""Characters of a text property (HubSpot docs, properties, 2026-11)."""
BATCH_READ: Final = 100
"""Records in one batch/read (HubSpot docs, CRM objects, 2026-11)."""
ASSOCIATIONS_PAGE: Final = 500
"""Records in one page of an association listing (HubSpot API specification, associations v4 and 2026-03)."""
SEARCH_PAGE: Final = 200
"""Records in one page of a search (HubSpot docs, search, 2026-11)."""
