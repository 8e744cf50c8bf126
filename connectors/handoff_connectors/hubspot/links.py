"""Where people open a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from handoff_connectors.hubspot.portal import Pages, Portal
from handoff_connectors.hubspot.records import Found

TYPE_IDS: Final = {
    "contacts": "0-1",
    "companies": "0-2",
    "deals": "0-3",
    "tickets": "0-5",
    "tasks": "0-27",
    "notes": "0-46",
}
"""HubSpot's object type ids, as its pages' addresses hold them (HubSpot docs, understanding the CRM, 2026-11)."""


def link_to(portal: Portal, found: Found, beside: Iterable[tuple[str, str]] = ()) -> str | None:
    """The record's page; HubSpot's own ``url`` where it gives one.

    A note has no page of its own: it is opened on the page of the first record in ``beside`` (kind, id).
    """
    if found.url is not None:
        return found.url
    pages = portal.pages()
    if pages is None:
        return None
    for kind, given in beside:
        return f"{_page(pages, kind, given)}?engagement={found.id}"
    return _page(pages, found.kind, found.id)


def _page(pages: Pages, kind: str, given: str) -> str:
    return f"{pages.origin}/contacts/{pages.portal_id}/record/{TYPE_IDS[kind]}/{given}"
