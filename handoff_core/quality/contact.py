"""HO2xx: ways to reach the customer that look wrong. Odd is not impossible, so these are warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff_core.packet import Consent, Packet
from handoff_core.quality.note import words_of
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule

_EMAIL = re.compile(r"[^@\s\"<>(),:;\\]{1,64}@(?:[^@\s.\"<>(),:;\\]{1,63}\.)+[^@\s.\d\"<>(),:;\\]{2,63}")
_PHONE_SIGNS = re.compile(r"[\s().\-/\u2010-\u2015]+")
_EXTENSION = re.compile(r"(?:ext\.?|x|#|;ext=)\s*\d{1,7}$", re.IGNORECASE)
_LOCAL = re.compile(r"\d{5,15}")
_INTERNATIONAL = re.compile(r"(?:\+|00)[1-9]\d{6,14}")


def is_odd_email(text: str) -> bool:
    """Whether a text does not look like one plain e-mail address."""
    return _EMAIL.fullmatch(text.strip()) is None


def is_odd_phone(text: str, region: str) -> bool:
    """Whether a text does not look like one telephone number (E.164: at most 15 digits).

    Without a ``region`` a number must have its country code, since nobody could tell which country is meant.
    """
    digits = _PHONE_SIGNS.sub("", _EXTENSION.sub("", text.strip()))
    if _INTERNATIONAL.fullmatch(digits):
        return False
    return not (region and _LOCAL.fullmatch(digits))


def _odd_email(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    email = packet.customer.email if packet.customer else None
    if email and email.strip() and is_odd_email(email):
        yield "customer.email", "The customer's e-mail address does not look like one."


def _odd_phone(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    phone = packet.customer.phone if packet.customer else None
    if phone and phone.strip() and is_odd_phone(phone, context.region):
        yield "customer.phone", "The customer's telephone number does not look like one."


_PHONE_WORDS = re.compile(r"\b(?:call|phone|ring|text)\b", re.IGNORECASE)
_MAIL_WORDS = re.compile(r"\b(?:e-?mail|mail|write to)\b", re.IGNORECASE)


def _no_way_to_do_the_step(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    customer = packet.customer
    if customer is None or not context.read(packet).is_english or _is_denied(packet):
        return
    reached = bool((customer.phone or "").strip() or (customer.email or "").strip())
    ids = bool((customer.account_id or "").strip() or customer.external_ids)
    if reached or ids:
        return
    if _is_to_reach(packet):
        yield (
            "customer",
            "The next step is to call or write to the customer, and no number, address or account is given.",
        )


def _is_to_reach(packet: Packet) -> bool:
    """Whether the next step is to call or write to the customer."""
    step, customer = packet.next_action.text, packet.customer
    meant = {*words_of((customer.name if customer else None) or ""), "customer", "caller", "client", "lead"}
    if meant.isdisjoint(words_of(step)) or _NOT_TO_REACH.search(step):
        return False
    return bool(_PHONE_WORDS.search(step) or _MAIL_WORDS.search(step) or _CONTACT_WORDS.search(step))


_CONTACT_WORDS = re.compile(r"\bcontact (?!details|data|preferences?|consent|record)", re.IGNORECASE)
_NOT_TO_REACH = re.compile(
    r"\b(?:do not|don['’]t|never|without|not to|no) (?:\w+ )?(?:call|phone|ring|text|e-?mail|mail|write|contact)",
    re.IGNORECASE,
)


def _is_denied(packet: Packet) -> bool:
    return packet.privacy is not None and packet.privacy.consent.contact is Consent.DENIED


def _denied(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if _is_denied(packet) and _is_to_reach(packet):
        yield (
            "next_action.text",
            'The customer denied contact (privacy.consent.contact is "denied"), and the next step is to contact them.',
        )


RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO201",
        name="odd-email",
        severity="warning",
        why="An answer to an address with a mistake in it reaches nobody.",
        fix='Write one address such as "sam@mail.example", or leave it out and say in unknowns that it is not known.',
        places=_odd_email,
        passing={"customer": {"name": "Sam Ortiz", "email": "sam@mail.example"}},
        failing={"customer": {"name": "Sam Ortiz", "email": "sam@mail"}},
    ),
    PlaceRule(
        code="HO202",
        name="odd-phone",
        severity="warning",
        why="A person who dials it reaches nobody, or a stranger.",
        fix='Write one number with its country code, e.g. "+1 312 555 0142".',
        places=_odd_phone,
        passing={"customer": {"name": "Sam Ortiz", "phone": "+1 312 555 0142"}},
        failing={"customer": {"name": "Sam Ortiz", "phone": "312-555-O142"}},
    ),
    PlaceRule(
        code="HO203",
        name="unreachable",
        severity="warning",
        why="The step cannot be taken: whoever takes over has to search for the number first.",
        fix="Give customer.phone, customer.email or customer.account_id.",
        places=_no_way_to_do_the_step,
        passing={"customer": {"name": "Sam Ortiz", "account_id": "ACC-77"}},
        failing={"customer": {"name": "Sam Ortiz"}},
    ),
    PlaceRule(
        code="HO204",
        name="contact-denied",
        severity="error",
        why="Whoever does the step breaks the customer's word, and perhaps the law.",
        fix="Give a step that needs no contact, or set privacy.consent.contact to what the customer agreed to.",
        demand="No step may need contact that the customer denied.",
        places=_denied,
        passing={
            "privacy": {"consent": {"contact": "denied"}},
            "next_action": {"text": "Cancel the visit of Friday in the calendar"},
        },
        failing={
            "privacy": {"consent": {"contact": "denied"}},
            "next_action": {"text": "Call Sam and offer Friday at 09:00"},
        },
    ),
)
