"""Phone numbers in the one form that can be compared."""

from __future__ import annotations


def to_e164(text: str, region: str) -> str | None:
    """``+14155550134`` for a number as people write it; None for what is no complete number.

    ``region`` (ISO 3166, e.g. ``US``) is where a number without a country code belongs. An extension is left out:
    HubSpot's phone properties are compared as a whole.
    """
    import phonenumbers  # its tables cost 30 ms to load, and many packets hold no number

    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
