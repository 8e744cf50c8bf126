"""The sections of a brief in the order in which a person should read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handoff_core.connector import View
from handoff_core.packet import CommitmentStatus, Consent, ConstraintKind, Fact, Packet, Speaker, Status
from handoff_core.style import SECTIONS, LaneStyle
from handoff_core.transition.opening import opening_line
from handoff_core.triage import sparkline, trajectory
from handoff_core.triage.sentiment import BAD
from handoff_mappings.brief.approval import approved_step
from handoff_mappings.brief.before import (
    answered_already,
    earlier_concerns,
    earlier_contacts,
    earlier_promises,
    offered_items,
)
from handoff_mappings.brief.details import detail_items, draft_items
from handoff_mappings.brief.gaps import NEVER_DECIDES, gap_items
from handoff_mappings.brief.head import owner_words, source_item, timing_words
from handoff_mappings.brief.model import HeadLine, Item, Section
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

Content = tuple[str, tuple[Item, ...]]
"""A section's id and its lines."""
NOTHING_UNKNOWN = "Nothing is known to be missing."
FEWEST_BARS = 3
"""Turns of the customer from which a mood has a course."""
MOST_BARS = 40
CUSTOMERS = frozenset({"customer", "the customer", "caller", "the caller", "client", "lead", "user"})
"""Labels of a fact's source that mean: the customer said so. Such a fact is shown as a quotation."""
NOT_SERVED = "a person gets it, since that agent has no outbox here"
SERVED = "its outbox has it. Nothing shows yet whether the agent takes it, so its owner here sees to it"


LAST_FIRST = frozenset({"events", "attempts"})
"""Sections in the order of time: of too many lines the latest are kept."""

_WARNINGS = frozenset(name for name, kind in SECTIONS.items() if kind.warning)


@dataclass(frozen=True, slots=True)
class Laid:
    """The sections of a brief, and in words what the style leaves out."""

    sections: tuple[Section, ...]
    left_out: tuple[str, ...]


def sections_of(view: View, style: LaneStyle, head: Sequence[HeadLine], below: Sequence[HeadLine], see: str) -> Laid:
    """Every section that has something to say, and always what is unknown, in the style's order.

    ``see`` says where the rest of a shortened or hidden section can be read.
    """
    places, fold, most, names = style.places, style.fold, style.most_items, style.names
    shown: list[Section] = []
    left_out: list[str] = []
    hidden: list[Item] = []
    for name, items in _contents(view, style, head, below):
        if not items:
            continue
        title = names[name]
        if name in style.hide:
            left_out.append(f"{title}: left out by house style")
            hidden.append(Item(f"{title} ({_counted(len(items))}): {see}"))
            continue
        limit = most.get(name)
        if limit is not None and len(items) > limit:
            left_out.append(f"{title}: {limit} of {len(items)} lines shown, by house style")
            items = _limited(name, items, limit, see)
        shown.append(Section(name, title, items, places[name] < fold, name in _WARNINGS))
    if hidden:
        shown.append(Section("left_out", style.title("left_out"), tuple(hidden), places["left_out"] < fold))
    shown.sort(key=lambda section: places[section.id])
    return Laid(tuple(shown), tuple(left_out))


def _counted(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines} lines"


def _limited(name: str, items: tuple[Item, ...], limit: int, see: str) -> tuple[Item, ...]:
    more = len(items) - limit
    if name in LAST_FIRST:
        return (Item(f"{more} earlier: {see}"), *items[more:])
    return (*items[:limit], Item(f"and {more} more: {see}"))


def _contents(view: View, style: LaneStyle, head: Sequence[HeadLine], below: Sequence[HeadLine]) -> Iterator[Content]:
    yield "in_full", tuple(Item(f"{line.label}: {line.uncut}") for line in head if line.uncut)
    # A field that stands whole in a line is not said again among the details; the draft has its own section, and
    # several links can only be opened there.
    told = {"draft", *(line.id for line in (*head, *below) if not line.uncut and (line.id != "links" or line.url))}
    yield "details", detail_items(view.packet, view.timezone, style, told)
    yield "reply_draft", draft_items(view.packet)
    yield from _above_the_fold(view)
    yield from _the_case(view, style)
    yield from _what_is_known(view)
    yield from _for_reference(view, style)


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


def _above_the_fold(view: View) -> Iterator[Content]:
    packet = view.packet
    yield "consent_denied", tuple(_denied(view))
    yield "gaps", gap_items(view)
    yield "decisions_needed", (*_never_decides(view), *decision_items(packet))
    operational = _constraints(packet, ConstraintKind.OPERATIONAL)
    yield "operational", operational
    fixed = _constraints(packet, ConstraintKind.MUST_NOT_CHANGE)
    yield "must_not_change", fixed
    yield "commitments", (*_commitments(view, CommitmentStatus.OPEN), *earlier_promises(view))


def _never_decides(view: View) -> tuple[Item, ...]:
    """What the AI decided although it may not: a person decides it, whatever the note says."""
    told = (finding for finding in view.findings if finding.code == NEVER_DECIDES)
    return tuple(Item(one_line(finding.text), note=finding.path) for finding in told)


def _the_case(view: View, style: LaneStyle) -> Iterator[Content]:
    packet, zone = view.packet, view.timezone
    yield "focus", _texts(packet.escalation.focus)
    yield "goal", _texts(packet.goal)
    yield "need", _texts(packet.need)
    yield "state", (*_state(view), *_timing(view, style))
    yield "opening_line", _opening(view)
    yield "definition_of_done", _texts(*packet.definition_of_done)
    said = [turn for turn in packet.transcript if turn.speaker is Speaker.CUSTOMER and turn.text.strip()]
    last = tuple(Item(clean(turn.text), note=_at(turn.at, zone), by_customer=True) for turn in said[-1:])
    yield "last_words", (*last, *_mood(packet))
    happened = tuple(
        Item(clean(event.text), note=_joined(_at(event.at, zone), _turn(event.turn))) for event in packet.events
    )
    yield "events", happened
    tried = tuple(
        Item(
            _joined(clean(attempt.action), clean(attempt.detail or ""), separator=": "),
            note=_joined(OUTCOMES[attempt.outcome], _at(attempt.at, zone), one_line(attempt.source or "")),
        )
        for attempt in packet.attempts
    )
    yield "attempts", tried
    yield "completed", _texts(*packet.completed)


def _mood(packet: Packet) -> Iterable[Item]:
    """How the customer's mood went, where there is a course to tell: one bar a turn, and the trend in a word."""
    found = trajectory(packet.transcript)
    scores = [score for _, score in found.series][-MOST_BARS:]
    if len(scores) >= FEWEST_BARS and (found.trend != "steady" or min(scores) <= BAD):
        yield Item(f"Mood, turn by turn: {sparkline(scores)} {found.trend}")


def _what_is_known(view: View) -> Iterator[Content]:
    packet, zone = view.packet, view.timezone
    yield "facts", tuple(_fact(fact, zone) for fact in packet.facts)
    unknown = tuple(Item(clean(one.question), note=one_line(one.why or "")) for one in packet.unknowns)
    yield "unknowns", unknown or (Item(NOTHING_UNKNOWN),)
    decided = tuple(
        Item(clean(one.text), note=_joined(one_line(one.by or ""), _at(one.at, zone))) for one in packet.decisions
    )
    yield "decisions", decided
    yield "told_customer", _texts(*packet.told_customer)
    yield "do_not_ask", tuple(answered_already(view))
    yield "announcement", (*_announcement(view), *offered_items(view))
    yield "open_concerns", (*_texts(*packet.open_concerns), *earlier_concerns(view))
    other = tuple(
        Item(clean(one.text), note=CONSTRAINTS[one.kind])
        for one in packet.constraints
        if one.kind in (ConstraintKind.POLICY, ConstraintKind.LEGAL)
    )
    yield "constraints", other
    yield "broken", _commitments(view, CommitmentStatus.BROKEN)


def _for_reference(view: View, style: LaneStyle) -> Iterator[Content]:
    packet, zone = view.packet, view.timezone
    yield "withheld", tuple(Item(one_line(text)) for text in view.withheld)
    yield "risk", tuple(_judgement(packet))
    yield "analysis", _texts(packet.analysis, packet.rationale)
    yield "consent", tuple(_consent(packet))
    yield "kept", _commitments(view, CommitmentStatus.KEPT)
    contacts = tuple(
        Item(clean(one.summary), note=_at(one.at, zone), url=safe_link(one.url) if one.url else None)
        for one in packet.prior_contacts
    )
    yield "prior_contacts", (*contacts, *earlier_contacts(view))
    yield "customer", tuple(_customer(packet, style))
    yield "sources", tuple(source_item(source) for source in packet.sources)
    yield "routing", tuple(_routing(view))


def _texts(*texts: str | None, by_customer: bool = False) -> tuple[Item, ...]:
    return tuple(Item(clean(text).strip(), by_customer=by_customer) for text in texts if text and text.strip())


def _constraints(packet: Packet, kind: ConstraintKind) -> tuple[Item, ...]:
    return tuple(Item(clean(one.text)) for one in packet.constraints if one.kind is kind)


def _commitments(view: View, status: CommitmentStatus) -> tuple[Item, ...]:
    promises = enumerate(view.packet.commitments)
    return tuple(commitment_item(view, index) for index, one in promises if one.status is status)


def _state(view: View) -> tuple[Item, ...]:
    """How far it is; of an approved draft, what the packet said of that and of the next step while it waited."""
    state, step = view.packet.state, ""
    if approved_step(view):
        step = f"next step before the approval: {one_line(view.packet.next_action.text)}"
        if state is None or state.status is Status.WAITING_APPROVAL:
            words = clean(state.text or "") if state is not None else ""
            return (Item(_joined(f"Before the approval: {words}" if words else "", step, separator="; ")),)
    if state is None or (state.status is None and not state.text):
        return (Item(step),) if step else ()
    words = STATUSES[state.status] if state.status else ""
    said = _joined(words, clean(state.text or ""), separator=": ")
    return (Item(_joined(said, step, separator="; ")),)


def _timing(view: View, style: LaneStyle) -> tuple[Item, ...]:
    """Why it is urgent and the times in full, where no line says so."""
    text = "" if "timing" in style.lines else timing_words(view)
    return (Item(f"{style.label('timing')}: {text}"),) if text else ()


def _fact(fact: Fact, zone: str) -> Item:
    note = _joined(
        one_line(fact.source) if fact.source else "no source",
        f"{percent(fact.confidence)} sure" if fact.confidence is not None else "",
        _at(fact.at, zone),
        fact.sensitivity.value if fact.sensitivity else "",
    )
    said_by_customer = one_line(fact.source or "").casefold() in CUSTOMERS
    return Item(f"{one_line(fact.name)}: {clean(fact.words)}", note=note, by_customer=said_by_customer)


def opening_text(view: View) -> str:
    """The packet's first sentence for the person, else one that is built from what it holds; "" without either."""
    own = clean(view.packet.opening_line or "").strip()
    return own or clean(opening_line(view.packet, view.earlier, zone=ZoneInfo(view.timezone)))


def _opening(view: View) -> tuple[Item, ...]:
    own = (view.packet.opening_line or "").strip()
    text = opening_text(view)
    return (Item(text, note="" if own else "made from what is known here", by_customer=True),) if text else ()


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


def _customer(packet: Packet, style: LaneStyle) -> Iterable[Item]:
    customer = packet.customer
    if customer is None:
        return
    reach = () if "contact" in style.lines else (("E-mail", customer.email), ("Phone", customer.phone))
    for label, value in (
        *reach,
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
        yield Item(f"Meant for {one_line(view.packet.to)}; {SERVED if view.agent_served else NOT_SERVED}")


def _with_options(question: str, options: tuple[str, ...]) -> str:
    words = [one_line(option) for option in options if option.strip()]
    return f"{question} Options: {' / '.join(words)}" if words else question


def _at(moment: datetime | None, zone: str) -> str:
    return short_time(moment, zone) if moment else ""


def _turn(turn: int | None) -> str:
    return f"turn {turn}" if turn is not None else ""


def _joined(*parts: str, separator: str = "; ") -> str:
    return separator.join(part for part in parts if part)
