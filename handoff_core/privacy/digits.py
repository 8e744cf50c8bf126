"""Digits in text: their normal form, checksums, and the words around them that say what they are."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

REACH: Final = 60
"""Characters before a number in which a word may say what it is."""
SEPARATORS: Final = r" \-.\u00a0\u00ad\u2007\u2009\u200b-\u200d\u2010-\u2015\u202f\u2060\ufeff"
"""What people and editors put between digits: spaces, dashes, dots, and signs that cannot be seen."""

_REFERENCE: Final = re.compile(
    r"\b(?:orders?|tracking|invoice|reference|ref|ticket|case|parcel|package|shipment|waybill|consignment|serial|imei|sku"
    r"|model|part|batch|lot|booking|reservation|confirmation|confirm|policy|claim|contract|transaction|receipt|quote"
    r"|isbn|ean|upc|barcode|version|build|id|po|rma|job|meter|bestellung|bestellnummer|sendung|sendungsnummer"
    r"|rechnung|rechnungsnummer|commande|facture|pedido|factura|usps|ups|fedex|dhl|dpd|gls)\b"
    r"(?P<between>[^\d.!?\n]{0,40})$",
    re.IGNORECASE,
)
_PAYMENT: Final = re.compile(
    r"\b(?:cards?|credit|debit|visa|master ?card|amex|american express|discover|diners|jcb|maestro|unionpay|pan"
    r"|paid|pay|paying|charged?|with|using|karte|kreditkarte|carte|tarjeta|carta)\b",
    re.IGNORECASE,
)
_CALLING: Final = re.compile(
    r"\b(?:phone|telephone|tel|mobile|cell|cellphone|handy|call|calls|calling|called|text|texts|texting|sms|whatsapp"
    r"|fax|dial|reach|ring|landline|hotline|callback|call-back|telefon|telefono|tel[eé]fono|m[oó]vil|portable"
    r"|t[eé]l[eé]phone|rufnummer|contact number|number to|my number|best number|new number|home number|work number"
    r"|office number)\b(?P<between>[^\n!?]{0,40})$",
    re.IGNORECASE,
)
_CALLING_HINTS: Final = (
    *("phone", "tel", "mobil", "cell", "handy", "call", "text", "sms", "whatsapp", "fax", "dial", "reach", "ring"),
    *("landline", "hotline", "movil", "portable", "rufnummer", "number"),
)
"""One of them stands in whatever speaks of calling without an accent: a look before a search that costs more."""


def words_before(text: str, at: int) -> str:
    """The words before a place that can say what stands there."""
    return text[max(0, at - REACH) : at]


def digits_of(text: str) -> str:
    """The digits of ``text`` as ASCII, whatever script they are written in."""
    if text.isascii():
        return "".join(one for one in text if "0" <= one <= "9")
    return "".join(str(unicodedata.digit(one)) for one in text if one.isdecimal())


def luhn(digits: str) -> bool:
    """The checksum of cards: every second digit from the right doubled."""
    total = 0
    for place, one in enumerate(reversed(digits)):
        value = int(one) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def called_reference(before: str) -> bool:
    """Whether the words before a number call it an order, a parcel or the like, and not a card or a phone."""
    found = _REFERENCE.search(before)
    return found is not None and not _PAYMENT.search(found["between"]) and not _CALLING.search(before)


def called_payment(before: str) -> bool:
    """Whether the words before a number speak of a card or of paying."""
    return _PAYMENT.search(before) is not None


def called_phone(before: str) -> bool:
    """Whether the words before a number speak of calling; a reference in between says otherwise."""
    small = before.lower()
    if before.isascii() and not any(hint in small for hint in _CALLING_HINTS):
        return False
    found = _CALLING.search(before)
    return found is not None and _REFERENCE.search(before) is None
