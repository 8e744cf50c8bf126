"""Private notes on a ticket: written once, each under a key of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handoff_core.connector import Payload, View
from handoff_mappings.brief import Brief
from handoff_mappings.html import links_html, news_html, reference_html
from handoff_mappings.zendesk.attachments import attachments_of
from handoff_mappings.zendesk.ticket import SEE, TICKET, fitted

LINKS = "links"
MERGED = "merged"


def milestone_note(view: View, brief: Brief, news: Sequence[str]) -> Payload:
    """What changed since the last note, and the head as it is now; the files are attached again."""
    key = f"{view.key}~m{view.revision}"
    return _news(view, brief, f"m{view.revision}", key, "What changed", news)


def merged_note(view: View, brief: Brief) -> Payload:
    """The whole head for the ticket into which ours was merged."""
    title = "A ticket with this case was merged into this one"
    return _news(view, brief, MERGED, f"{view.key}~m{view.revision}", title, ())


def links_note(view: View, brief: Brief) -> Payload:
    """The sibling records that did not exist yet when the ticket was made."""
    key = f"{view.key}~links"
    return Payload(
        kind=LINKS,
        key=key,
        body={"comment": _private(links_html(brief) + reference_html(key))},
        title="Links",
        once=True,
        needs=(TICKET,),
    )


def _news(view: View, brief: Brief, kind: str, key: str, title: str, news: Sequence[str]) -> Payload:
    html, withheld = fitted(lambda budget: news_html(brief, title, news, budget, key=key, see=SEE))
    return Payload(
        kind=kind,
        key=key,
        body={"comment": _private(html)},
        title=title,
        once=True,
        told=True,
        urgent=True,
        needs=(TICKET,),
        attachments=attachments_of(view),
        withheld=withheld,
    )


def _private(html: str) -> dict[str, Any]:
    return {"html_body": html, "public": False}
