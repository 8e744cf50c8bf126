"""The text of an inbox file with some of its packets changed or taken out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from handoff_core.inbox.scan import BLANK, BOM, Shape, elements, shape

_ID = re.compile(rb'"id"\s*:\s*"([A-Za-z0-9][A-Za-z0-9._-]{0,63})"')
_FINDS_ID_WITHIN = 1024 * 1024

Change = Callable[[bytes], bytes | None]
"""What becomes of one packet's text: the same, another one, or None for nothing."""


def ids_of(text: bytes) -> frozenset[str]:
    """The id of one packet's text; of a text that is no JSON, everything that may be it."""
    try:
        found = json.loads(text.removeprefix(BOM))
    except (ValueError, RecursionError):
        return frozenset(one.decode("ascii") for one in _ID.findall(text[:_FINDS_ID_WITHIN]))
    packet_id = found.get("id") if isinstance(found, dict) else None
    return frozenset([packet_id]) if isinstance(packet_id, str) else frozenset()


def changed_text(text: bytes, change: Change, *, by_line: bool) -> bytes | None:
    """The file's text after ``change``; None when nothing is changed, empty when nothing is left."""
    body = text.removeprefix(BOM)
    if by_line:
        return _joined(body.split(b"\n"), change, b"\n", b"%b\n")
    if body.strip(BLANK)[:1] == b"[" and shape(body) is Shape.WHOLE:
        return _joined(list(elements(body)), change, b",\n", b"[%b]\n")
    return _joined([body], change, b"", b"%b\n")


def _joined(texts: Sequence[bytes], change: Change, between: bytes, around: bytes) -> bytes | None:
    packets = [text.strip(BLANK) for text in texts if text.strip(BLANK)]
    after = [change(text) for text in packets]
    if after == packets:
        return None
    kept = [text for text in after if text is not None]
    return around % between.join(kept) if kept else b""


def with_ids_alone(text: bytes, ids: frozenset[str], *, by_line: bool) -> bytes | None:
    """The file with nothing but the id of each packet that is one of ``ids``; None when there is none of them."""

    def shown(packet: bytes) -> bytes:
        mine = ids_of(packet) & ids
        return json.dumps({"id": min(mine)}).encode() if mine else packet

    return changed_text(text, shown, by_line=by_line)
