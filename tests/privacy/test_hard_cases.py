"""Hard cases of redaction, written by hand: what must go, and what must stay."""

from __future__ import annotations

import pytest

from handoff_core.privacy import Kind
from handoff_core.privacy.find import find

GOES: dict[str, tuple[Kind, str]] = {
    "card 4242 4242 4242 4242, ok": (Kind.CARD, "4242 4242 4242 4242"),
    "Amex 3782 822463 10005": (Kind.CARD, "3782 822463 10005"),
    "4111\u200b1111\u200b1111\u200b1111": (Kind.CARD, "4111\u200b1111\u200b1111\u200b1111"),
    "card ４２４２４２４２４２４２４２４２": (Kind.CARD, "４２４２４２４２４２４２４２４２"),
    "I paid order 88231 with 4111111111111111": (Kind.CARD, "4111111111111111"),
    "my maestro card 6759649826438453": (Kind.CARD, "6759649826438453"),
    "forty two forty two forty two forty two forty two forty two forty two forty two": (
        Kind.CARD,
        "forty two forty two forty two forty two forty two forty two forty two forty two",
    ),
    "IBAN DE89 3704 0044 0532 0130 00 thanks": (Kind.IBAN, "DE89 3704 0044 0532 0130 00"),
    "gb82west12345698765432": (Kind.IBAN, "gb82west12345698765432"),
    "NL91-ABNA-0417-1643-00.": (Kind.IBAN, "NL91-ABNA-0417-1643-00"),
    "(415) 555-2671": (Kind.PHONE, "(415) 555-2671"),
    "call 415.555.2671 ext. 12 now": (Kind.PHONE, "415.555.2671 ext. 12"),
    "four one five, double five five, two six seven one": (
        Kind.PHONE,
        "four one five, double five five, two six seven one",
    ),
    "plus four four twenty seven nine four six oh nine five eight": (
        Kind.PHONE,
        "plus four four twenty seven nine four six oh nine five eight",
    ),
    "eight hundred five five five one two one two": (Kind.PHONE, "eight hundred five five five one two one two"),
    "my phone is 020 7946 0958": (Kind.PHONE, "020 7946 0958"),
    "call 555-0142 after five": (Kind.PHONE, "555-0142"),
    "a dot b at gmail dot com": (Kind.EMAIL, "a dot b at gmail dot com"),
    "it is j s m i t h four two at gmail dot com": (Kind.EMAIL, "j s m i t h four two at gmail dot com"),
    "jane [at] acme [dot] com": (Kind.EMAIL, "jane [at] acme [dot] com"),
    "jane.doe at gmail.com": (Kind.EMAIL, "jane.doe at gmail.com"),
    "oneill+shop@büro.example!": (Kind.EMAIL, "oneill+shop@büro.example"),
    "my social is 536-22-1234": (Kind.NATIONAL_ID, "536-22-1234"),
    "SSN: 536221234": (Kind.NATIONAL_ID, "536221234"),
    "my social is five three six two two one two three four": (
        Kind.NATIONAL_ID,
        "five three six two two one two three four",
    ),
    "card number: 4111 1111 1111 1112": (Kind.CARD, "4111 1111 1111 1112"),
    "my credit card is 4242424242424241": (Kind.CARD, "4242424242424241"),
    "IBAN: DE89 3704 0044 0532 0130 01": (Kind.IBAN, "DE89 3704 0044 0532 0130 01"),
    "SSN 078-05-1120": (Kind.NATIONAL_ID, "078-05-1120"),
    "my social security number is 000-12-3456": (Kind.NATIONAL_ID, "000-12-3456"),
    "Tax ID: 666 12 3456": (Kind.NATIONAL_ID, "666 12 3456"),
    "National insurance QQ 12 34 56 C": (Kind.NATIONAL_ID, "QQ 12 34 56 C"),
    "her NI number: QQ123456C.": (Kind.NATIONAL_ID, "QQ123456C"),
    "NHS number 943 476 5918": (Kind.NATIONAL_ID, "943 476 5918"),
    "BSN 111222334": (Kind.NATIONAL_ID, "111222334"),
    "DNI 54362315A": (Kind.NATIONAL_ID, "54362315A"),
    "SIN number is 123 456 789": (Kind.NATIONAL_ID, "123 456 789"),
    "NI number AB 12 34 56 C": (Kind.NATIONAL_ID, "AB 12 34 56 C"),
    "Steuer-ID 36 574 261 809": (Kind.NATIONAL_ID, "36 574 261 809"),
    "BSN 111222333": (Kind.NATIONAL_ID, "111222333"),
    "DNI 54362315K": (Kind.NATIONAL_ID, "54362315K"),
    "sécu 2 95 10 99 126 111 93": (Kind.NATIONAL_ID, "2 95 10 99 126 111 93"),
    "my password is hunter2!": (Kind.SECRET, "hunter2!"),
    "password: Tr0ub4dor&3": (Kind.SECRET, "Tr0ub4dor&3"),
    'the password is "sunflower"': (Kind.SECRET, "sunflower"),
    "the PIN is 4411.": (Kind.SECRET, "4411"),
    "cvv 123": (Kind.SECRET, "123"),
    "postgres://app:s3cret@db.example/x": (Kind.SECRET, "s3cret"),
    "Authorization: Bearer abcdefghijklmnop.qrstuv": (Kind.SECRET, "abcdefghijklmnop.qrstuv"),
    "key AKIAIOSFODNN7EXAMPLE": (Kind.SECRET, "AKIAIOSFODNN7EXAMPLE"),
    "use ghp_" + "a1B2" * 9: (Kind.SECRET, "ghp_" + "a1B2" * 9),
    "xoxb-" + "123456789012-abcdefghijkl": (Kind.SECRET, "xoxb-" + "123456789012-abcdefghijkl"),
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl": (
        Kind.SECRET,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    ),
}
"""Text → the kind, and the exact part that goes."""

STAYS = [
    "order 4155552671",
    "Order number 4539 1488 0343 6467 is late",
    "tracking 1Z999AA10123456784",
    "USPS 9400 1000 0000 0000 0000 00",
    "at 10:30 on 2026-11-20 version 1.2.3456 costs $4,155.55",
    "2026-11-20 09:12:00 to 10:15",
    "look at acme dot com",
    "we met at acme.com",
    "my password is wrong",
    "the password is case-sensitive",
    "the token expired yesterday",
    "my pin does not work",
    "one or two of the three radiators, and four or five rooms",
    "192.168.100.200",
    "4111 1111 1111 1112",
    "DE89 3704 0044 0532 0130 01",
    "gift card number 6006 4912 3456 7890",
    "666-12-1234",
    "SSN is on file, the order is 666121234",
    "sin 123 456 788",
    "the social club's order A-078051120",
    "National insurance was asked about order QX 12345678",
    "ISBN 978-3-16-148410-0",
    "5551234567890123456789",
]


@pytest.mark.parametrize("text", GOES)
def test_what_is_personal_goes(text: str) -> None:
    kind, part = GOES[text]
    assert [(one.kind, text[one.start : one.end]) for one in find(text, "US")] == [(kind, part)]


@pytest.mark.parametrize("text", STAYS)
def test_what_is_nobodys_stays(text: str) -> None:
    assert [(one.kind, text[one.start : one.end]) for one in find(text, "US")] == []


def test_one_value_written_in_several_ways_has_one_key() -> None:
    texts = ["(415) 555-2671", "+1 415 555 2671", "call 4155552671", "four one five five five five two six seven one"]
    assert {one.key for text in texts for one in find(text, "US")} == {"+14155552671"}
    texts = ["A.B@gmail.com", "a dot b at gmail dot com", "a.b (at) gmail (dot) com"]
    assert {one.key for text in texts for one in find(text, "US")} == {"a.b@gmail.com"}


def test_a_national_number_is_read_in_the_region_of_the_business() -> None:
    assert [one.key for one in find("030 901820", "DE")] == ["+4930901820"]
    assert find("030 901820", "US") == ()
