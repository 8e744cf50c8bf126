"""The sections of a brief in the order in which a person should read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handoff_core.connector import View
from handoff_core.packet import CommitmentStatus, Consent, ConstraintKind, Fact, Packet, Speaker
from handoff_mappings.brief.details import detail_items
from handoff_mappings.brief.head import owner_words, source_item
from handoff_mappings.brief.model import Item, Section
from handoff_mappings.brief.words import (
    COMMITMENTS,
    CONSENTS,
    CONSTRAINTS,
    NATURES,
    OUTCOMES,
    STATUSES,
    percent,
    short_time,
    time_words,
)
from handoff_mappings.text import clean, one_line, safe_link

MOST_GAPS = 5
"""Findings that a note names; the others are in the receipt and in `handoff show`."""
NOTHING_UNKNOWN = "Nothing is known to be missing."
CUSTOMERS = frozenset({"customer", "the customer", "caller", "the caller", "client", "lead", "user"})
"""Labels of a fact's source that mean: the customer said so. Such a fact is shown as a quotation."""
NOT_SERVED = "a person gets it, since agents' outboxes are not served in this version"


def sections_of(view: View) -> tuple[Section, ...]:
    """Every section that has something to say, and always what is unknown; those above the fold first."""
    every = (*_above_the_fold(view), *_the_case(view), *_what_is_known(view), *_for_reference(view))
    return tuple(section for section in every if section.items)


def decision_items(packet: Packet) -> tuple[Item, ...]:
    """The decisions that wait for a human, each with its options."""
    return tuple(
        Item(
            _with_options(one_line(needed.question), needed.options),
            note=f"by {one_line(needed.by)}" if needed.by and needed.by.strip() else "",
        )
        for needed in packet.decisions_needed
    )


def commitment_item(view: View, index: int) -> Item:
    """One promise of the AI, with to whom, when and by when."""
    promise = view.packet.commitments[index]
    notes = [
        f"to {one_line(promise.to)}" if promise.to and promise.to.strip() else "",
        f"due {time_words(promise.due, view.timezone)}" if promise.due else "",
        f"promised {short_time(promise.made_at, view.timezone)}" if promise.made_at else "",
        COMMITMENTS[promise.status],
    ]
    return Item(clean(promise.text), note="; ".join(note for note in notes if note))


def _above_the_fold(view: View) -> Iterable[Section]:
    packet = view.packet
    yield Section("consent_denied", "Consent denied", tuple(_denied(view)), above_fold=True, warning=True)
    yield Section("gaps", "A reader could not answer", _gaps(view), above_fold=True, warning=True)
    yield Section("decisions_needed", "Decisions needed", decision_items(packet), above_fold=True)
    operational = _constraints(packet, ConstraintKind.OPERATIONAL)
    yield Section("operational", "Operational constraints", operational, above_fold=True)
    fixed = _constraints(packet, ConstraintKind.MUST_NOT_CHANGE)
    yield Section("must_not_change", "Must not change", fixed, above_fold=True, warning=True)
    yield Section(
        "commitments",
        "Open promises of the AI",
        _commitments(view, CommitmentStatus.OPEN),
        above_fold=True,
        warning=True,
    )


def _gaps(view: View) -> tuple[Item, ...]:
    """What the note leaves open, the worst first; so many that a reader still reads them."""
    told = [finding for finding in view.findings if finding.severity in ("error", "warning")]
    told.sort(key=lambda finding: finding.severity != "error")
    items = [Item(one_line(finding.text), note=finding.path) for finding in told[:MOST_GAPS]]
    if len(told) > MOST_GAPS:
        items.append(Item(f"and {len(told) - MOST_GAPS} more: handoff show {view.packet.id}"))
    return tuple(items)


def _the_case(view: View) -> Iterable[Section]:
    packet, zone = view.packet, view.timezone
    yield Section("focus", "Concentrate on", _texts(packet.escalation.focus))
    yield Section("goal", "Goal", _texts(packet.goal))
    yield Section("need", "Needed next", _texts(packet.need))
    yield Section("state", "State", _state(packet))
    yield Section("opening_line", "Suggested opening line", _texts(packet.opening_line, by_customer=True))
    yield Section("definition_of_done", "Done when", _texts(*packet.definition_of_done))
    said = [turn for turn in packet.transcript if turn.speaker is Speaker.CUSTOMER and turn.text.strip()]
    last = tuple(Item(clean(turn.text), note=_at(turn.at, zone), by_customer=True) for turn in said[-1:])
    yield Section("last_words", "The customer's last words", last)
    yield Section("details", "Details", detail_items(packet, zone))
    happened = tuple(
        Item(clean(event.text), note=_joined(_at(event.at, zone), _turn(event.turn))) for event in packet.events
    )
    yield Section("events", "What happened", happened)
    tried = tuple(
        Item(
            _joined(clean(attempt.action), clean(attempt.detail or ""), separator=": "),
            note=_joined(OUTCOMES[attempt.outcome], _at(attempt.at, zone), one_line(attempt.source or "")),
        )
        for attempt in packet.attempts
    )
    yield Section("attempts", "Tried", tried)
    yield Section("completed", "Done already", _texts(*packet.completed))


def _what_is_known(view: View) -> Iterable[Section]:
    packet, zone = view.packet, view.timezone
    yield Section("facts", "Known", tuple(_fact(fact, zone) for fact in packet.facts))
    unknown = tuple(Item(clean(one.question), note=one_line(one.why or "")) for one in packet.unknowns)
    yield Section("unknowns", "Not known", unknown or (Item(NOTHING_UNKNOWN),))
    decided = tuple(
        Item(clean(one.text), note=_joined(one_line(one.by or ""), _at(one.at, zone))) for one in packet.decisions
    )
    yield Section("decisions", "Decisions made", decided)
    yield Section("told_customer", "Already told the customer – do not repeat", _texts(*packet.told_customer))
    yield Section("announcement", "What the customer was told about the transfer", _announcement(view))
    yield Section("open_concerns", "Raised and not yet answered", _texts(*packet.open_concerns))
    other = tuple(
        Item(clean(one.text), note=CONSTRAINTS[one.kind])
        for one in packet.constraints
        if one.kind in (ConstraintKind.POLICY, ConstraintKind.LEGAL)
    )
    yield Section("constraints", "Other constraints", other)
    yield Section("broken", "Broken promises", _commitments(view, CommitmentStatus.BROKEN), warning=True)


def _for_reference(view: View) -> Iterable[Section]:
    packet, zone = view.packet, view.timezone
    yield Section("withheld", "Withheld here", tuple(Item(one_line(text)) for text in view.withheld))
    yield Section("risk", "Risk and confidence", tuple(_judgement(packet)))
    yield Section("analysis", "The AI's analysis (written by an AI)", _texts(packet.analysis, packet.rationale))
    yield Section("consent", "Consent and privacy", tuple(_consent(packet)))
    yield Section("kept", "Kept promises", _commitments(view, CommitmentStatus.KEPT))
    contacts = tuple(
        Item(clean(one.summary), note=_at(one.at, zone), url=safe_link(one.url) if one.url else None)
        for one in packet.prior_contacts
    )
    yield Section("prior_contacts", "Earlier contacts", contacts)
    yield Section("customer", "More about the customer", tuple(_customer(packet)))
    yield Section("sources", "Sources", tuple(source_item(source) for source in packet.sources))
    yield Section("routing", "Why this owner", tuple(_routing(view)))


def _texts(*texts: str | None, by_customer: bool = False) -> tuple[Item, ...]:
    return tuple(Item(clean(text).strip(), by_customer=by_customer) for text in texts if text and text.strip())


def _constraints(packet: Packet, kind: ConstraintKind) -> tuple[Item, ...]:
    return tuple(Item(clean(one.text)) for one in packet.constraints if one.kind is kind)


def _commitments(view: View, status: CommitmentStatus) -> tuple[Item, ...]:
    promises = enumerate(view.packet.commitments)
    return tuple(commitment_item(view, index) for index, one in promises if one.status is status)


def _state(packet: Packet) -> tuple[Item, ...]:
    state = packet.state
    if state is None or (state.status is None and not state.text):
        return ()
    words = STATUSES[state.status] if state.status else ""
    return (Item(_joined(words, clean(state.text or ""), separator=": ")),)


def _fact(fact: Fact, zone: str) -> Item:
    note = _joined(
        one_line(fact.source) if fact.source else "no source",
        f"{percent(fact.confidence)} sure" if fact.confidence is not None else "",
        _at(fact.at, zone),
        fact.sensitivity.value if fact.sensitivity else "",
    )
    said_by_customer = one_line(fact.source or "").casefold() in CUSTOMERS
    return Item(f"{one_line(fact.name)}: {clean(fact.words)}", note=note, by_customer=said_by_customer)


def _announcement(view: View) -> tuple[Item, ...]:
    told = view.packet.announcement
    if told is None:
        return ()
    wait = f"expected wait: {one_line(told.expected_wait)}" if told.expected_wait else ""
    return (Item(clean(told.text), note=_joined(_at(told.told_at, view.timezone), wait), by_customer=True),)


def _judgement(packet: Packet) -> Iterable[Item]:
    if packet.risk and packet.risk.strip():
        yield Item(f"Risk: {clean(packet.risk)}")
    if packet.nature is not None:
        yield Item(f"Nature: {NATURES[packet.nature]}")
    if packet.confidence is not None:
        yield Item(f"The AI is {percent(packet.confidence)} sure that it understands the case")
    kind = packet.classification
    if kind is not None:
        for label, value in (("Issue", kind.issue_type), ("Complexity", kind.complexity), ("Intent", kind.intent)):
            if value:
                yield Item(f"{label}: {one_line(value)}")
    if packet.escalation.trigger and packet.escalation.trigger.strip():
        yield Item(f"Handed over because of: {clean(packet.escalation.trigger)}")


def _denied(view: View) -> Iterable[Item]:
    if view.packet.privacy is None:
        return
    consent = view.packet.privacy.consent
    if consent.contact is Consent.DENIED:
        yield Item("Do not contact the customer: consent to be contacted was denied.")
    if consent.sharing is Consent.DENIED:
        yield Item(
            "The content is not shown here, because consent to share it was denied. "
            f"Its owner reads it where Handoff runs: handoff show {view.packet.id}"
        )


def _consent(packet: Packet) -> Iterable[Item]:
    privacy = packet.privacy
    if privacy is None:
        return
    consent = privacy.consent
    for label, value in (("contact", consent.contact), ("recording", consent.recording), ("sharing", consent.sharing)):
        yield Item(f"Consent to {label}: {CONSENTS[value]}")
    if privacy.lawful_basis:
        yield Item(f"Lawful basis: {clean(privacy.lawful_basis)}")
    for text in privacy.sensitive:
        yield Item(f"Take care: {clean(text)}")


def _customer(packet: Packet) -> Iterable[Item]:
    customer = packet.customer
    if customer is None:
        return
    for label, value in (
        ("Account", customer.account_id),
        ("Language", customer.language),
        ("Time zone", customer.timezone),
    ):
        if value:
            yield Item(f"{label}: {one_line(value)}")
    for system, identity in customer.external_ids.items():
        yield Item(f"Id in {one_line(system)}: {one_line(identity)}")


def _routing(view: View) -> Iterable[Item]:
    if view.owner_why:
        yield Item(f"{owner_words(view.owner)}: {one_line(view.owner_why)}")
    producer = view.packet.producer
    if producer is not None:
        names = (producer.name, producer.model, producer.prompt_version)
        made_by = ", ".join(one_line(name) for name in names if name)
        if made_by:
            yield Item(f"Packet made by: {made_by}")
    if view.packet.to:
        yield Item(f"Meant for {one_line(view.packet.to)}; {NOT_SERVED}")


def _with_options(question: str, options: tuple[str, ...]) -> str:
    words = [one_line(option) for option in options if option.strip()]
    return f"{question} Options: {' / '.join(words)}" if words else question


def _at(moment: datetime | None, zone: str) -> str:
    return short_time(moment, zone) if moment else ""


def _turn(turn: int | None) -> str:
    return f"turn {turn}" if turn is not None else ""


def _joined(*parts: str, separator: str = "; ") -> str:
    return separator.join(part for part in parts if part)
