"""Phone numbers, judged by phonenumbers in the business's region, and kept apart from everything else with digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from handoff_core.privacy.digits import called_phone, called_reference, digits_of, words_before
from handoff_core.privacy.kinds import Found, Kind

_NOT_PHONES: Final = re.compile(
    r"""
    (?=[\d$€£¥]|\bhttp|\bv\d|\b[a-f][0-9a-f]{7}-)    # with one of these every alternative begins
    (?:
      \bhttps?://\S+
    | \b\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?
    | \b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}\b(?!\d)(?:[ ]\d{1,2}:\d{2}(?::\d{2})?)?
    | \b\d{4}[/.]\d{1,2}[/.]\d{1,2}\b
    | \b\d{1,2}:\d{2}(?::\d{2})?(?:[ ]?[-–][ ]?\d{1,2}:\d{2})?
    | (?<![\d.])(?P<address>(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d))(?!\.?\d)
    | \bv\d{1,9}(?:\.\d{1,9}){1,9}+ | \b\d{1,9}(?:\.\d{1,9}){1,9}+(?:-?(?:rc|beta|alpha|dev)\.?\d*)\b
    | [$€£¥]\s?\d(?:[.,\s]{0,2}\d){0,20}+ | \b\d[\d.,]{0,20}+\s?(?:[$€£¥%]|USD|EUR|GBP|dollars?|euros?|pounds?
        |kg|lbs?|km|miles|mm|cm|ml|kWh)
    | \b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b
    | \b\d{1,3}(?:,\d{3}){1,9}+(?:\.\d{1,9})?\b
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CANDIDATE: Final = re.compile(
    r"(?<![\w@#$€£])(?<![A-Za-z\d][-_/.])"
    r"(?:\[\d{3}\]\s?(?=\d{3}[\s.-]?\d{4}(?!\d))|(?:\+|00(?=[1-9]))?\(?)\d(?:[\s\u00a0\u202f().\-_\u2010-\u2015/\u200b-\u200d]{0,4}\d){5,16}"
    r"(?:\s?(?:x|ext\.?|extension|app\.?)\s?\d{1,6})?(?!\w|[-/.]\d|@)",
    re.IGNORECASE,
)
_SIX_DIGITS: Final = re.compile(r"\d(?:[\s\u00a0\u202f().\-_\]\u2010-\u2015/\u200b-\u200d]{0,4}\d){5}")
"""What every number holds: a look before times and prices are masked."""
_EXTENSION: Final = re.compile(r"\s?(?:x|ext\.?|extension|app\.?)\s?\d{1,6}$", re.IGNORECASE)
_CURRENCIES: Final = frozenset(
    (
        *("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "JPY", "CNY"),
        *("INR", "MXN", "BRL", "ZAR", "SGD", "HKD", "AED", "ILS", "TRY"),
    )
)
_LIKE_AN_ADDRESS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3,7}")
"""Numbers with dots: a version or a section, but "612.34.56.78" where no national number begins with a zero."""
_BREAKS: Final = re.compile(r"\n\s*\n")
_FORMATTED: Final = re.compile(r"[\s().\-\u2010-\u2015/\u00a0\u202f]")
_WITHOUT_TRUNK: Final = frozenset(["US", "CA", "PR", "DO", "JM"])


def find_phones(text: str, region: str) -> Iterator[Found]:
    """Every phone number in ``text``; ``region`` is the country of numbers without a country code, or empty."""
    if _SIX_DIGITS.search(text) is None:
        return
    masked = _NOT_PHONES.sub(lambda match: _mask(match, text, region), text)
    for match in _CANDIDATE.finditer(masked):
        written = match[0]
        if _BREAKS.search(written):
            continue
        key = phone_key(written, region, words_before(text, match.start()))
        if key is not None:
            yield Found(match.start(), match.end(), Kind.PHONE, key)


def _mask(match: re.Match[str], text: str, region: str) -> str:
    """Signs in the place of what is no phone; "llama al 91.123.45.67" is one, and an internet address by its form."""
    written = match[0]
    if match["address"] and region and called_phone(words_before(text, match.start())):
        return written if e164(digits_of(written), region) is not None else "·" * len(written)
    return "·" * len(written)


def phone_key(written: str, region: str, before: str) -> str | None:
    """The normal form of a number that is a phone's (E.164 where it is known), or None."""
    number = _EXTENSION.sub("", written)
    digits = digits_of(number)
    if not 6 <= len(digits) <= 16:
        return None
    international = number.startswith(("+", "00"))
    if international:
        found = e164(f"+{digits.removeprefix('00') if not number.startswith('+') else digits}", "")
        if found is not None:
            return found
        if number.startswith("+") and 7 <= len(digits) <= 15:
            return f"+{digits}"
    if before[-6:].rstrip(" :\u00a0")[-3:] in _CURRENCIES:
        return None
    # Most numbers in a conversation are no phone's: what is cheap to see is asked first.
    written_like_one = _is_written_like_one(number, digits, region or "US", bool(region))
    calling = called_phone(before)
    if not (written_like_one or calling) or (not international and called_reference(before)):
        return None
    local = e164(digits, region or "US")
    if local is not None:
        return local
    return digits if calling and 7 <= len(digits) <= 15 else None


@lru_cache(maxsize=4096)
def e164(number: str, region: str) -> str | None:
    """The number as phonenumbers knows it, in E.164; None where it is no valid number there."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@cache
def _has_trunk(region: str) -> bool:
    """Whether national numbers of the region begin with a prefix that an international one does not have."""
    import phonenumbers

    known = phonenumbers.PhoneMetadata.metadata_for_region(region)
    return known is None or known.national_prefix is not None


def _is_written_like_one(number: str, digits: str, region: str, configured: bool) -> bool:
    """Whether a number that would be valid is written as people write phone numbers."""
    groups = [len(one) for one in re.findall(r"\d+", number)]
    if "_" in number and (len(set(re.findall(r"\D+", number))) > 1 or groups not in ([3, 3, 4], [1, 3, 3, 4])):
        return False  # the name of a file
    if region in _WITHOUT_TRUNK:
        if len(groups) == 1:
            return configured and len(digits) == 10
        return groups in ([3, 3, 4], [1, 3, 3, 4], [3, 7], [1, 10], [1, 3, 7], [3, 4, 3]) or set(groups) == {1}
    if digits.startswith("0"):
        return len(digits) >= 9
    if _LIKE_AN_ADDRESS.fullmatch(number) is not None and _has_trunk(region):
        return False
    return len(groups) >= 3 and len(digits) >= 9 and max(groups) <= 4
