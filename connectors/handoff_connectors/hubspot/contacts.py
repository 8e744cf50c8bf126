"""The contact: found by id, e-mail, phone or our own key, else made; only filled in where it is empty or ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handoff_connectors.hubspot.attempts import Attempts, properties_in
from handoff_connectors.hubspot.errors import Conflict, Rejected
from handoff_connectors.hubspot.links import link_to
from handoff_connectors.hubspot.ownership import Policy, plan_of
from handoff_connectors.hubspot.portal import KEY_PROPERTY, PHONE_PROPERTY, Portal
from handoff_connectors.hubspot.records import Found, create, read, search, untouched, upsert
from handoff_connectors.hubspot.writing import carry_out, not_taken, required_id
from handoff_core.connector import Remote, Write
from handoff_core.errors import Gone

CONTACTS: Final = "contacts"
NAMELESS: Final = "Unnamed customer"
"""The last name of a contact of whom nothing is left that HubSpot takes: it refuses an empty record."""
SKEW: Final = 300.0
"""Seconds by which our clock may differ from HubSpot's, when looking for what may be ours."""
OUR_SKEW: Final = 5.0
"""The same, when taking what is there for ours."""

_POLICY: Final = Policy(
    fill_empty=True,
    lasting=frozenset({KEY_PROPERTY, PHONE_PROPERTY}),
    together=(frozenset({"firstname", "lastname"}),),
)


@dataclass(frozen=True, slots=True)
class Identity:
    """By what the contact is known: the best of these that there is."""

    id: str | None
    email: str | None
    phone: str | None
    key: str

    @classmethod
    def of(cls, local: Mapping[str, Any]) -> Identity:
        """From what the mapping left for the connector."""
        given = local["identity"]
        return cls(given.get("id"), given.get("email"), given.get("phone"), given["key"])


class Contacts:
    """Contacts of one account."""

    def __init__(self, portal: Portal, attempts: Attempts) -> None:
        self._portal = portal
        self._attempts = attempts
        self._just_found: Found | None = None
        self._just_made: str | None = None

    def find(self, write: Write) -> Sequence[Remote]:
        """The contact, by the first of id, e-mail, phone and our key that there is. A search only ever adopts."""
        identity, names = Identity.of(write.payload.local), _names(write)
        found = self._find(identity, names, write)
        self._just_found = found
        if found is None:
            return []
        # Younger than our first send and as it was made: it is the one whose answer was lost.
        ours = write.since is not None and untouched(found) and (found.created_at or 0.0) >= write.since - OUR_SKEW
        self._just_made = found.id if ours else None
        return [Remote(id=found.id, url=self._link(found), created_at=found.created_at)]

    def create(self, write: Write) -> Remote:
        """Make the contact; one that is there already is adopted. What HubSpot does not take is left out and named."""
        identity = Identity.of(write.payload.local)
        properties = dict(_wanted(write))
        kept: tuple[str, ...] = ()
        try:
            found = self._create(identity, properties, write)
        except Rejected as refused:
            optional = {*write.payload.local["optional"], "email", "phone"} & refused.properties & properties.keys()
            if not optional:
                raise
            kept = tuple(not_taken(name) for name in sorted(optional))
            left = {name: value for name, value in properties.items() if name not in optional}
            found = self._create(identity, left or {"lastname": NAMELESS}, write)
        if isinstance(found, Remote):
            return found
        seen = {name: found.properties.get(name) or value for name, value in properties.items() if found.properties}
        late = self._attempts.late({}, self._attempts.late_creation(CONTACTS, write))
        return Remote(id=found.id, url=self._link(found), seen={**seen, **late}, kept=kept)

    def update(self, write: Write) -> Remote:
        """Fill in what is empty and renew what is ours; all else stays. Gone when a person deleted the contact."""
        given = required_id(write.remote_id)
        found, self._just_found = self._just_found, None
        made, self._just_made = self._just_made, None
        if found is None or found.id != given or not write.adopted:
            found = read(self._portal, CONTACTS, given, _names(write))
        return self._bring_up(found, write, all_ours=write.adopted and made == given)

    def repeatable(self, write_local: Mapping[str, Any]) -> bool:
        """Whether the same creation twice makes one contact: by e-mail (409), or by a property known to be unique."""
        identity = Identity.of(write_local)
        if identity.email:
            return True
        name = PHONE_PROPERTY if identity.phone else KEY_PROPERTY
        return identity.id is None and self._portal.steadily_unique(CONTACTS, name)

    def _find(self, identity: Identity, names: Sequence[str], write: Write) -> Found | None:
        if identity.id and (found := self._read(identity.id, names)) is not None:
            return found
        if identity.email:
            return self._read(identity.email, names, by="email")
        if identity.phone:
            return self._by_phone(identity.phone, names)
        if self._portal.unique(CONTACTS, KEY_PROPERTY):
            return self._read(identity.key, names, by=KEY_PROPERTY)
        return None if write.since is None else self._by_name(names, write, write.since)

    def _read(self, given: str, names: Sequence[str], by: str | None = None) -> Found | None:
        try:
            return read(self._portal, CONTACTS, given, names, by=by)
        except Gone:
            return None
        except Rejected:
            if by is None or by == "email":
                raise
            # The property was unique when it was looked at last, and no longer is.
            self._portal.learn_unique(CONTACTS, by, False)
            return None

    def _by_phone(self, phone: str, names: Sequence[str]) -> Found | None:
        if self._portal.unique(CONTACTS, PHONE_PROPERTY):
            found = self._read(phone, names, by=PHONE_PROPERTY)
            if found is not None:
                return found
        groups = [[(name, "EQ", phone)] for name in ("phone", "mobilephone")]
        hits = search(self._portal, CONTACTS, groups, [*names, "createdate"], "createdate")
        return hits[0] if hits else None

    def _by_name(self, names: Sequence[str], write: Write, since: float) -> Found | None:
        wanted = _wanted(write)
        if not any(wanted.get(name) for name in ("firstname", "lastname")):
            return None  # whoever was made since is not to be taken for the customer
        group = [("createdate", "GTE", str(int((since - SKEW) * 1000)))]
        group += [(name, "EQ", wanted[name]) for name in ("firstname", "lastname") if wanted.get(name)]
        hits = search(self._portal, CONTACTS, [group], [*names, "createdate"], "createdate")
        return hits[0] if hits else None

    def _create(self, identity: Identity, properties: dict[str, str], write: Write) -> Found | Remote:
        try:
            if identity.email is None and identity.id is None:
                by, value = (PHONE_PROPERTY, identity.phone) if identity.phone else (KEY_PROPERTY, identity.key)
                if self._portal.unique(CONTACTS, by):
                    return self._upsert(by, value, properties, write)
            return create(self._portal, CONTACTS, properties)
        except Conflict as conflict:
            existing = self._existing(conflict, identity, _names(write))
            if existing is None:
                raise
            return self._bring_up(existing, write)

    def _upsert(self, by: str, value: str, properties: dict[str, str], write: Write) -> Found:
        try:
            return upsert(self._portal, CONTACTS, by, value, properties, write.payload.digest[:32])
        except Rejected as refused:
            if not refused.is_about_the_key(by):
                raise
            self._portal.learn_unique(CONTACTS, by, False)
            return create(self._portal, CONTACTS, properties)

    def _existing(self, conflict: Conflict, identity: Identity, names: Sequence[str]) -> Found | None:
        if identity.email and (found := self._read(identity.email, names, by="email")) is not None:
            return found
        # A look-up by e-mail may not see further addresses of a contact; its creation does, and says whose it is.
        return self._read(conflict.existing, names) if conflict.existing else None

    def _bring_up(self, found: Found, write: Write, *, all_ours: bool = False) -> Remote:
        self._attempts.may_have_written(found.path, write)
        ours = self._attempts.ours(found.path, write.seen, untouched=all_ours)
        plan = plan_of(found.properties, _wanted(write), properties_in(write.seen), ours, _POLICY)
        droppable = frozenset(plan.patch)
        plan, sent = carry_out(self._portal, self._attempts, found, write.seen, plan, droppable=droppable)
        now = {**found.properties, **plan.patch}
        return Remote(
            id=found.id,
            url=self._link(found),
            seen={
                **{name: now[name] for name in sorted(plan.ours) if now.get(name)},
                **self._attempts.late(write.seen, sent),
            },
            kept=plan.kept,
            created_at=found.created_at,
            sent=tuple(plan.patch),
        )

    def _link(self, found: Found) -> str | None:
        return link_to(self._portal, found)


def _wanted(write: Write) -> Mapping[str, str]:
    wanted: Mapping[str, str] = write.payload.body["properties"]
    return wanted


def _names(write: Write) -> list[str]:
    return [*dict.fromkeys((*_wanted(write), *properties_in(write.seen), "createdate"))]
