"""Digits in text: their normal form, checksums, and the words around them that say what they are."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

REACH: Final = 60
"""Characters before a number in which a word may say what it is."""
SEPARATORS: Final = r" \-.\u00a0\u00ad\u2007\u2009\u200b-\u200d\u2010-\u2015\u202f\u2060\ufeff"
"""What people and editors put between digits: spaces, dashes, dots, and signs that cannot be seen."""

_DOUBLED: Final = {str(n): sum(divmod(2 * n, 10)) for n in range(10)}
_REFERENCES: Final = (
    *("order", "orders", "tracking", "invoice", "reference", "ref", "ticket", "case", "parcel", "package", "shipment"),
    *("waybill", "consignment", "serial", "sn", "s/n", "imei", "sku", "model", "part", "batch", "lot", "booking"),
    *("reservation", "confirmation", "confirm", "policy", "claim", "contract", "transaction", "receipt", "quote"),
    *("isbn", "ean", "upc", "barcode", "version", "build", "firmware", "id", "po", "rma", "job", "meter", "routing"),
    *("company number", "vat", "eori", "usps", "ups", "fedex", "dhl", "dpd", "gls"),
    *("bestellung", "sendung", "rechnung", "vertrag", "vorgang", "aktenzeichen"),
    *(
        f"{of}{number}"
        for of in (
            "bestell",
            "sendungs",
            "rechnungs",
            "vertrags",
            "kunden",
            "serien",
            "auftrags",
            "vorgangs",
            "artikel",
        )
        for number in ("nummer", "nr")
    ),
    *("mitgliedsnummer", "gerätenummer", "zählernummer", "steuernummer"),
    *("commande", "facture", "dossier", "siren", "siret", "rcs", "contrat", "devis", "colis", "référence", "client"),
    *("numéro de série", "pedido", "factura", "contrato", "expediente", "albarán", "albaran", "cliente", "socio"),
    *("póliza", "poliza", "referencia", "envío", "envio", "ordine", "fattura", "partita iva"),
    *("bestelling", "bestelnummer", "klantnummer", "factuur", "kvk"),
)
"""What a number that is no card and no phone is called in the languages of the businesses."""
_REFERENCE: Final = re.compile(
    rf"\b(?:{'|'.join(_REFERENCES)})\b(?P<between>[^\d.!?\n]{{0,40}})$",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(r"[^\d.!?\n]*")
"""Of text that is read backwards: the clause at its end, in which the word must stand."""
_PAYMENT: Final = re.compile(
    r"\b(?:cards?|credit|debit|visa|master ?card|amex|american express|discover|diners|jcb|maestro|unionpay|pan"
    r"|paid|pay|paying|charged?|with|using|karte|kreditkarte|carte|tarjeta|carta|mastercard|elo|dankort|girocard"
    r"|front (?:reads|says))\b",
    re.IGNORECASE,
)
_CALLINGS: Final = (
    *(
        "phone",
        "telephone",
        "tel",
        "mobile",
        "cell",
        "cellphone",
        "handy",
        "call",
        "calls",
        "calling",
        "called",
        "text",
    ),
    *("texts", "texting", "sms", "whatsapp", "fax", "dial", "reach", "ring", "landline", "hotline", "callback"),
    *("call-back", "telefon", "telefono", "teléfono", "móvil", "movil", "portable", "tél", "téléphone", "telephone"),
    *("téléphone", "rufnummer", "contact number", "number to", "my number", "best number", "new number", "home number"),
    *("work number", "office number"),
)
_CALLING: Final = re.compile(rf"\b(?:{'|'.join(_CALLINGS)})\b(?P<between>[^\n!?]{{0,40}})$", re.IGNORECASE)
_CALLINGS_ABROAD: Final = (
    *("llama", "llamar", "llamarme", "llame", "llamame", "llámame", "llámeme", "llamadme", "llámanos", "contacto"),
    *("mi número", "mi numero", "nuestro número", "nuestro numero"),
    *("appel", "appeler", "appelez", "appelle", "joindre", "joignable", "mon numéro", "mon numero", "notre numéro"),
    *("anrufen", "ruf", "rufen", "erreichbar", "erreichen", "meine nummer", "unsere nummer"),
    *("chiama", "chiamami", "chiamare", "cellulare", "ligue", "telemóvel", "telemovel", "bel", "telefoon", "mobiel"),
)
_NUMBERS: Final = ("número", "numero", "numéro", "nummer")
_CALLING_ABROAD: Final = re.compile(
    rf"\b(?:{'|'.join(_CALLINGS_ABROAD)})\b[^\n!?\d]{{0,30}}$"
    rf"|\b(?:{'|'.join(_NUMBERS)})[^\w\n]{{0,3}}(?:(?:es|est|ist|is|lautet)\b[^\w\n]{{0,3}})?(?:(?:el|le|die)\b[^\w\n]{{1,3}})?$",
    re.IGNORECASE,
)
"""Words that say less than those of ``_CALLING``: whoever says "pedido número" speaks of an order all the same."""


def _first_words(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_WORD.findall(phrase)[0] for phrase in phrases)


_WORD: Final = re.compile(r"\w+")
_REFERENCE_WORDS: Final = _first_words(_REFERENCES)
_CALLING_WORDS: Final = _first_words(_CALLINGS)
_ABROAD_WORDS: Final = _first_words((*_CALLINGS_ABROAD, *_NUMBERS))
"""Of each phrase the first word: a look before a search that costs more."""


def words_before(text: str, at: int) -> str:
    """The words before a place that can say what stands there."""
    return text[max(0, at - REACH) : at]


def digits_of(text: str) -> str:
    """The digits of ``text`` as ASCII, whatever script they are written in."""
    if text.isascii():
        return "".join(filter(str.isdecimal, text))
    return "".join(str(unicodedata.digit(one)) for one in text if one.isdecimal())


def luhn(digits: str) -> bool:
    """The checksum of cards: every second digit from the right doubled."""
    return (sum(map(int, digits[::-2])) + sum(_DOUBLED[one] for one in digits[-2::-2])) % 10 == 0


def called_reference(before: str) -> bool:
    """Whether the words before a number call it an order, a parcel or the like, and not a card or a phone."""
    found = _reference(before)
    return found is not None and not _PAYMENT.search(found["between"]) and not _CALLING.search(before)


def called_payment(before: str) -> bool:
    """Whether the words before a number speak of a card or of paying."""
    return _PAYMENT.search(before) is not None


def called_phone(before: str) -> bool:
    """Whether the words before a number speak of calling; a reference in between says otherwise."""
    words = _words(before)
    calling = (not words.isdisjoint(_CALLING_WORDS) and _CALLING.search(before) is not None) or (
        not words.isdisjoint(_ABROAD_WORDS) and _CALLING_ABROAD.search(before) is not None
    )
    return calling and _reference(before) is None


def _reference(before: str) -> re.Match[str] | None:
    if _words(before).isdisjoint(_REFERENCE_WORDS):
        return None
    clause = _CLAUSE.match(before[::-1])
    return _REFERENCE.search(before, len(before) - clause.end()) if clause is not None else None


@lru_cache(maxsize=16)
def _words(text: str) -> frozenset[str]:
    """The words of ``text`` in small letters; each place in a text is asked about several times in a row."""
    return frozenset(_WORD.findall(text.lower()))
