"""The ledger's tables. One schema for SQLite and PostgreSQL; every row belongs to a business.

Times are seconds since the epoch. JSON is text, so that both databases keep it byte for byte.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from handoff_core.ledger.names import is_active, is_open, needs_a_look

metadata = MetaData()
_active = text(is_active())
_needs_a_look = text(needs_a_look())

meta = Table(
    "meta",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("value", Text, nullable=False),
)

destinations = Table(
    "destinations",
    metadata,
    Column("business", String(32), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("first_seen", Double, nullable=False),
)

packets = Table(
    "packets",
    metadata,
    Column("business", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("id_folded", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("lane", String(32), nullable=False),
    Column("summary", Text, nullable=False),
    Column("urgency", String(16), nullable=False),
    Column("next_due", String(40)),
    Column("closed", Boolean, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("released", Boolean, nullable=False),
    Column("route", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Column("received_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("erased_at", Double),  # of such a packet nothing is kept but its id, so that a late update is refused
    Column("acknowledge_at", Double),  # until when the owner is to acknowledge; NULL where nobody waits for that …
    Column("acknowledged_at", Double),  # … and when he did
    Column("customer_account", String(32)),  # digests, by which later packets of the same customer find this one …
    Column("customer_email", String(32)),
    Column("customer_phone", String(32)),
    Column("open_matters", Text),  # … and what they then show of it
    Column("answered_at", Double),  # when a person was first at work on it, as far as anybody can tell
    Index("packets_id_folded", "business", "id_folded", unique=True),
    Index(
        "packets_open", "business", "updated_at", sqlite_where=text("NOT closed"), postgresql_where=text("NOT closed")
    ),
)
IS_OPEN = text(is_open("packets."))
timers_index = Index(
    "packets_to_acknowledge",
    packets.c.business,
    packets.c.acknowledge_at,
    sqlite_where=text("acknowledge_at IS NOT NULL"),
    postgresql_where=text("acknowledge_at IS NOT NULL"),
)

erased_index = Index(
    "packets_erased",
    packets.c.business,
    packets.c.erased_at,
    sqlite_where=packets.c.erased_at.is_not(None),
    postgresql_where=packets.c.erased_at.is_not(None),
)

revisions = Table(
    "revisions",
    metadata,
    Column("business", String(32), primary_key=True),
    Column("packet_id", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("owner_id", String(64), nullable=False),
    Column("received_at", Double, nullable=False),
    Column("body", Text),  # NULL once a newer revision has replaced it and no record counts from it
    Column("approval", Text),  # of an outbound reply with a draft: who is asked, and what he said of this draft
    Column("earlier", Text),  # earlier packets of the same customer, as they were when this one came; NULL = none
    Column("offered", Text),  # what the automation was given to tell the customer
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("business", String(32), primary_key=True),
    Column("packet_id", String(64), primary_key=True),
    Column("destination", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("told", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_attempt_at", Double),
    Column("look_first", Boolean, nullable=False),
    Column("look_again_at", Double),  # set by a worker that sent something after its lease was lost …
    Column("doubted", Text),  # … and what that was, as an intent keeps it
    Column("urgent", Boolean, nullable=False),
    Column("put_off", String(100)),  # "links": a first record was put off, once, for the links of its siblings
    Column("queue", Text),  # the classes of call for which it waits, while the limits leave no slot for it
    Column("url", Text),
    Column("links_seen", String(64)),
    Column("next_update_at", Double, nullable=False),
    Column("reason", Text),
    Column("updated_at", Double, nullable=False),
    Index(
        "deliveries_to_look_at",
        "business",
        "state",
        "destination",
        sqlite_where=_needs_a_look,
        postgresql_where=_needs_a_look,
    ),
)

active_index = Index(
    "deliveries_active",
    deliveries.c.business,
    deliveries.c.destination,
    deliveries.c.queue,
    deliveries.c.priority,
    deliveries.c.due_at,
    sqlite_where=_active,
    postgresql_where=_active,
)
"""What is due (in no queue) and what waits for a slot, each in the order of its place.

One index for both: a delivery changes its state a dozen times, and every index is written each time.
"""

records = Table(
    "records",
    metadata,
    Column("business", String(32), primary_key=True),
    Column("packet_id", String(64), primary_key=True),
    Column("destination", String(64), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("remote_id", String(200)),
    Column("previous_id", String(200)),
    Column("url", Text),
    Column("revision", Integer, nullable=False),
    Column("digest", String(64)),
    Column("seen", Text),
    Column("kept", Text),
    Column("withheld", Text),
    Column("parents", Text),
    Column("edited", Boolean, nullable=False),
    Column("merged", Boolean, nullable=False),
    Column("written_at", Double),
    Column("confirm_at", Double),
    Column("operation", String(16)),
    Column("intent", Text),
    Column("intent_revision", Integer),
    Column("frozen", LargeBinary),
    Column("idempotency_key", String(255)),
    Column("first_sent_at", Double),
    Column("sent_at", Double),
    Column("reason", Text),
)

shared_index = Index(
    "records_by_remote_id",
    records.c.business,
    records.c.destination,
    records.c.kind,
    records.c.remote_id,
    sqlite_where=records.c.remote_id.is_not(None),
    postgresql_where=records.c.remote_id.is_not(None),
)
"""Who else has the same record: asked of every record before it is erased."""

trail = Table(
    "trail",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("business", String(32), nullable=False),
    Column("packet_id", String(64), nullable=False),
    Column("at", Double, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("destination", String(64)),
    Column("kind", String(32)),
    Column("what", String(32), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("text", Text),
    Column("fields", Text),
    Index("trail_packet", "business", "packet_id", "id"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("account", String(120), primary_key=True),
    Column("stopped", Boolean, nullable=False),
    Column("reason", Text),
    Column("since", Double),
    Column("not_before", Double, nullable=False),
    Column("failures", Integer, nullable=False),
)

buckets = Table(
    "buckets",
    metadata,
    Column("account", String(120), primary_key=True),
    Column("limit_class", String(120), primary_key=True),
    Column("calls", Double, nullable=False),
    Column("period", Double, nullable=False),
    Column("next_at", Double, nullable=False),
    Column("parked_until", Double, nullable=False),
)

memory = Table(
    "memory",
    metadata,
    Column("account", String(120), primary_key=True),
    Column("name", String(300), primary_key=True),
    Column("text", Text, nullable=False),
    Column("expires_at", Double, nullable=False),
)
expiry_index = Index("memory_by_expiry", memory.c.expires_at)

inbox_files = Table(
    "inbox_files",
    metadata,
    Column("business", String(32), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("name", String(400), primary_key=True),
    Column("taken_at", Double, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("business", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("handed_off", Boolean, nullable=False),
    Column("updated_at", Double, nullable=False),
)

draft_turns = Table(
    "draft_turns",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("business", String(32), nullable=False),
    Column("draft_id", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("kind", String(16)),  # NULL = a turn; else the field of the packet that it is a part of
    Index("draft_turns_of", "business", "draft_id", "number"),
)

_same_customer = {
    name: Index(
        f"packets_by_{name}",
        packets.c.business,
        packets.c[f"customer_{name}"],
        packets.c.received_at,
        sqlite_where=packets.c[f"customer_{name}"].is_not(None),
        postgresql_where=packets.c[f"customer_{name}"].is_not(None),
    )
    for name in ("account", "email", "phone")
}
customer_indexes = (
    *_same_customer.values(),
    Index(
        "packets_answered",
        packets.c.business,
        packets.c.lane,
        packets.c.received_at,
        sqlite_where=packets.c.answered_at.is_not(None),
        postgresql_where=packets.c.answered_at.is_not(None),
    ),
    Index(
        "revisions_with_earlier",
        revisions.c.business,
        sqlite_where=revisions.c.earlier.is_not(None),
        postgresql_where=revisions.c.earlier.is_not(None),
    ),
)
"""Indexes that came with the customer's earlier packets."""
