"""A configuration as the procedure that a team can agree on and sign: who gets what, when, and what is a person's.

``page_of`` (configuration → page) ← ``markdown``, ``html`` (page → text). Same configuration, same text; no clock, and
nothing that is secret: neither tokens nor their names, no addresses, no ids of accounts.
"""

from __future__ import annotations

from handoff_core.procedure.html import as_html
from handoff_core.procedure.markdown import as_markdown
from handoff_core.procedure.page import Page, page_of

__all__ = ["Page", "as_html", "as_markdown", "page_of"]
