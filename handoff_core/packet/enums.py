"""The closed lists of the packet. Each value carries one line of meaning, which the JSON Schema shows too."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Meaning(StrEnum):
    """A list of words, each with ``meaning``: one plain line for people and for language models."""

    _value_: str
    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Self:
        """A member is written as ``NAME = "value", "its meaning"``."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member


class Lane(Meaning):
    """Which baton is handed over; shown in every title."""

    SUPPORT = "support", "A customer has a problem that a person must solve."
    SALES = "sales", "A lead that a person should follow up."
    OWNER_ESCALATION = "owner_escalation", "A decision that only the owner of the business may take."
    INTERNAL_TASK = "internal_task", "Work inside the business, without a waiting customer."
    OUTBOUND_REPLY = "outbound_reply", "A drafted message to a customer that a person must approve and send."
    BOOKING = "booking", "An appointment to make, move or cancel."
    CONTENT = "content", "A text, page or post on its way to being published."


class Channel(Meaning):
    """Where the conversation or the task came from."""

    CALL = "call", "A phone call."
    CHAT = "chat", "A live chat, on a site or in an app."
    TEXT = "text", "SMS or another text message."
    FORM = "form", "A form that was filled in."
    EMAIL = "email", "An e-mail."
    SOCIAL = "social", "A message or comment in a social network."
    INTERNAL = "internal", "From inside the business."


class Status(Meaning):
    """How far the case is."""

    NEW = "new", "Nothing was done yet."
    IN_PROGRESS = "in_progress", "Somebody or something works on it."
    BLOCKED = "blocked", "It cannot go on until something is removed."
    WAITING_CUSTOMER = "waiting_customer", "The customer has to answer first."
    WAITING_APPROVAL = "waiting_approval", "A person has to approve first."
    DONE = "done", "Nothing is left to do."


class Reason(Meaning):
    """Why the AI hands over."""

    EXPLICIT_REQUEST = "explicit_request", "The customer asked for a person."
    BEYOND_SCOPE = "beyond_scope", "The matter is outside what the AI may or can do."
    LOW_CONFIDENCE = "low_confidence", "The AI is not sure that it understands or that its answer is right."
    HIGH_STAKES = "high_stakes", "A mistake would cost much: money, safety, law or reputation."
    EMOTION = "emotion", "The customer is upset, or needs a human tone."
    NEEDS_AUTHORITY = "needs_authority", "Somebody with the right to decide is needed."
    POLICY = "policy", "A rule of the business says that a person does this."
    QUALIFIED_LEAD = "qualified_lead", "The lead is good enough for a person's time."
    SCHEDULED = "scheduled", "It was planned that a person takes over at this point."
    OTHER = "other", "None of the other reasons; the text says which."


class UrgencyLevel(Meaning):
    """How soon a person must act."""

    CRITICAL = "critical", "Now: harm grows with every minute."
    HIGH = "high", "Today, before other work."
    NORMAL = "normal", "In the usual order."
    LOW = "low", "When there is time."


class Nature(Meaning):
    """What kind of judgement the case asks for."""

    ROUTINE = "routine", "A known case with a known answer."
    AMBIGUOUS = "ambiguous", "Something important is not known; the unknowns say what."
    SENSITIVE = "sensitive", "A wrong word does damage; the risk says which."


class Complexity(Meaning):
    """How much work or knowledge the case needs."""

    LOW = "low", "One simple step."
    MEDIUM = "medium", "Several steps, or some knowledge of the subject."
    HIGH = "high", "An expert, several people or several systems."


class Outcome(Meaning):
    """How an attempt ended."""

    WORKED = "worked", "It did what it should."
    FAILED = "failed", "It did not help."
    PARTIAL = "partial", "It helped in part."
    UNKNOWN = "unknown", "Nobody knows yet."


class Sensitivity(Meaning):
    """The data class of a fact, from open to closed."""

    PUBLIC = "public", "Anybody may know it."
    INTERNAL = "internal", "For people of the business."
    PERSONAL = "personal", "About an identified person."
    SENSITIVE = "sensitive", "Health, payment, identity papers and the like: as few readers as possible."


class ConstraintKind(Meaning):
    """Why something is not free to change."""

    MUST_NOT_CHANGE = "must_not_change", "Settled with the customer or the owner; leave it as it is."
    OPERATIONAL = "operational", "A limit of people, time, stock or tools."
    POLICY = "policy", "A rule of the business."
    LEGAL = "legal", "A law, a contract or a regulation."


class CommitmentStatus(Meaning):
    """What became of a promise."""

    OPEN = "open", "Promised and not yet kept."
    KEPT = "kept", "Done as promised."
    BROKEN = "broken", "It was not kept, or can no longer be."


class Speaker(Meaning):
    """Who said a turn of the conversation."""

    CUSTOMER = "customer", "The customer."
    AI = "ai", "The AI agent."
    HUMAN = "human", "A person of the business."
    TOOL = "tool", "The output of a tool that the AI used."
    SYSTEM = "system", "The system around the conversation."


class Consent(Meaning):
    """Whether the customer agreed."""

    GRANTED = "granted", "The customer agreed."
    DENIED = "denied", "The customer refused."
    UNKNOWN = "unknown", "Nobody asked, or nobody wrote it down."
