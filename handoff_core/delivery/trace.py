"""What stays of a record in the ledger when its packet's words go: ids, and marks of what was written."""

from __future__ import annotations

from handoff_core.connector import Erases, Payload
from handoff_core.delivery.payload_text import payload_from_text, payload_to_text
from handoff_core.ledger.names import ERASING, KEPT, State
from handoff_core.ledger.rows import RecordRow


def trace_of(connector_class: type, row: RecordRow, *, remotely: bool = True) -> RecordRow | None:
    """What stays of a record when its packet's words go: ids and marks. None = it was never made, nothing stays.

    ``remotely``: it is to be erased at its vendor; else it is kept there, and can be erased later.
    """
    open_ = row.intent is not None or row.state in ("sending", "unknown")
    if row.remote_id is None and row.previous_id is None and not open_:
        return None
    if row.state == State.ERASED:
        return row
    intended = payload_from_text(row.intent) if row.intent else None
    payload = intended or Payload(row.kind, row.key, {}, needs=row.parents)
    marks: object = {}
    if isinstance(connector_class, type) and issubclass(connector_class, Erases):
        trace = connector_class.trace(payload, row.seen or {})
        payload, marks = trace.payload, trace.marks
    else:
        payload = Payload(row.kind, row.key, {}, needs=row.parents)
    state = KEPT if not remotely else State.UNKNOWN.value if open_ else ERASING
    return RecordRow(
        kind=row.kind,
        key=row.key,
        generation=row.generation,
        state=state,
        remote_id=row.remote_id,
        previous_id=row.previous_id,
        url=row.url,
        revision=row.revision,
        seen=dict(marks) if isinstance(marks, dict) else {},
        parents=row.parents,
        edited=row.edited,
        merged=row.merged,
        written_at=row.written_at,
        operation=row.operation,
        intent=payload_to_text(payload) if open_ else None,
        sent_at=row.sent_at,
        first_sent_at=row.first_sent_at,
    )
