"""The protocol that connectors implement.

A connector knows one vendor: it renders a packet into payloads (pure, by its mapping), and finds, creates and
updates remote records. Everything that must be right once (intents, look-ups before a second creation, retries,
rate buckets, crash safety, generations) is in ``handoff_core.delivery`` and never in a connector.

A connector is constructed once per destination and lane of work, used by one thread at a time, and opens its
connection when it is first used. It raises only the ``DeliveryError`` family; whatever an SDK raises is
translated. It never retries by itself.
"""

from __future__ import annotations

from handoff_core.connector.context import Context, Memory, RecordedRequest, Recorder
from handoff_core.connector.erasure import Erased, Erasure, Trace, mark_of, marks_of
from handoff_core.connector.protocol import (
    CheckResult,
    Checks,
    Connector,
    DoubtsReplay,
    Erases,
    FindsOwners,
    Prepares,
    Replays,
    Retires,
    SetUpFiles,
)
from handoff_core.connector.record import Attachment, Operation, Payload, Remote, Write
from handoff_core.connector.settings import DestinationSettings, Limit, Observed
from handoff_core.connector.view import (
    Acknowledged,
    Approval,
    ApprovalState,
    Earlier,
    Finding,
    Offered,
    Owner,
    RecordState,
    SiblingLink,
    Told,
    Unanswered,
    View,
)

CONNECTORS = "handoff.connectors"
"""The entry-point group in which a connector announces itself: ``name = "package.module:ConnectorClass"``."""

__all__ = [
    "CONNECTORS",
    "Acknowledged",
    "Approval",
    "ApprovalState",
    "Attachment",
    "CheckResult",
    "Checks",
    "Connector",
    "Context",
    "DestinationSettings",
    "DoubtsReplay",
    "Earlier",
    "Erased",
    "Erases",
    "Erasure",
    "Finding",
    "FindsOwners",
    "Limit",
    "Memory",
    "Observed",
    "Offered",
    "Operation",
    "Owner",
    "Payload",
    "Prepares",
    "RecordState",
    "RecordedRequest",
    "Recorder",
    "Remote",
    "Replays",
    "Retires",
    "SetUpFiles",
    "SiblingLink",
    "Told",
    "Trace",
    "Unanswered",
    "View",
    "Write",
    "mark_of",
    "marks_of",
]
