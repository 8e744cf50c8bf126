"""Labelled text from a seeded generator: sentences of conversations with values in them, and where each stands."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import phonenumbers

from handoff_core.privacy import Kind
from handoff_core.privacy.digits import luhn
from handoff_core.privacy.ibans import LENGTHS, checksum_fits


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and the places of its values, all of one kind; none for a text that holds nothing personal."""

    text: str
    kind: Kind | None
    places: tuple[tuple[int, int], ...]
    sort: str


SAYING = {
    Kind.CARD: (
        "My card is {}", "It's {}, expires 09/28.", "please charge {} for the visit", "card number {} thanks", "{}",
        "I used {} on the website yesterday and it was declined", "Customer gave card {} over the phone.",
        "the Visa ending? No, the whole number is {}.", "You can take {}\nand the name is as before", "cc: {}",
        "Refund it to {} please; the order was A-1001.", "I already paid order 88231 with {}",
    ),
    Kind.IBAN: (
        "My IBAN is {}", "Please refund to {}.", "iban: {}", "{}", "Account {} at my bank, thanks", "Konto {} bitte",
        "Transfer the 180 euros to {} by Friday",
    ),
    Kind.EMAIL: (
        "My email is {}", "write to {} please", "{}", "Contact: {}, or by phone", "<{}>", "is {} still on file?",
        "Send it to {}.", "e-mail {} and cc my husband", "(reach me: {})", "login {} does not work",
    ),
    Kind.PHONE: (
        "My number is {}", "call me at {}", "You can reach me on {} after 5.", "{}", "phone: {}", "Tel. {}",
        "text {} when the van is here", "Customer {} called twice", "new mobile {}, the old one is dead",
        "It's {}, ask for Maria",
    ),
}  # fmt: skip

BESIDE = {
    Kind.CARD: (
        "{} 09/27", "{} 123", "1. {} (mine)", "5 {}", "card\t{}\t11/28\t771", "{}, 0928, 402", "#{} is my visa",
        "visa {}CVV 123", "{}\n01/29",
    ),
    Kind.EMAIL: ("{'email': '{}', 'id': 4}", "update contact set mail='{}'", "['{}', 'n/a']"),
}  # fmt: skip
"""What stands close to a value that is written and not spoken, in forms, tables and the output of programs."""

FIRST = ["maria", "john", "ana", "wei", "omar", "lena", "sam", "priya", "tom", "ingrid", "josé", "zoë"]
LAST = ["lindqvist", "smith", "garcia", "chen", "reyes", "o'neill", "schmidt", "patel", "dubois", "rossi"]
HOSTS = [
    "gmail.com",
    "yahoo.com",
    "outlook.com",
    "acme.example",
    "mail.acme.example",
    "lindqvist-properties.example",
    "web.de",
    "orange.fr",
    "yahoo.co.uk",
    "proton.me",
    "büro.example",
]
AREAS = ["212", "312", "415", "512", "617", "702", "818", "206", "303", "404", "503", "615", "713", "847", "919"]
REGIONS = [
    *("GB", "DE", "FR", "ES", "IT", "NL", "SE", "NO", "DK", "PL", "PT", "IE", "AT", "CH", "BE", "AU", "NZ", "IN", "BR"),
    *("MX", "JP", "ZA", "SG", "IL", "TR"),
]
DIGIT = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def cards(draw: random.Random) -> str:
    """A card number of a common network, grouped in one of the ways in which people write it."""
    prefix, length = draw.choice(
        [("4", 16)] * 4 + [("51", 16), ("53", 16), ("55", 16), ("2223", 16), ("2720", 16), ("34", 15), ("37", 15)]
        + [("6011", 16), ("65", 16), ("644", 16), ("3528", 16), ("3589", 16), ("62", 16)]
    )  # fmt: skip
    body = prefix + "".join(draw.choice("0123456789") for _ in range(length - len(prefix) - 1))
    number = next(body + last for last in "0123456789" if luhn(body + last))
    sizes = (4, 6, 5) if length == 15 else (4, 4, 4, 4)
    groups, at = [], 0
    for size in sizes:
        groups.append(number[at : at + size])
        at += size
    way = draw.randrange(9)
    if way < 6:
        return ["", " ", "-", ".", "  ", "\u00a0"][way].join(groups)
    if way == 6:
        return " ".join(DIGIT[int(one)] for one in number)
    if way == 7:
        return ", ".join(" ".join(DIGIT[int(one)] for one in group) for group in groups)
    return "".join(groups)


def ibans(draw: random.Random) -> str:
    """An IBAN of any country of the registry."""
    country = draw.choice(sorted(LENGTHS))
    letters = "0123456789" if draw.random() < 0.6 else "0123456789ABCDEFGHKLMNPRSTUVWXYZ"
    body = "".join(draw.choice(letters) for _ in range(LENGTHS[country] - 4))
    number = next(text for n in range(2, 99) if checksum_fits(text := f"{country}{n:02d}{body}"))
    way = draw.randrange(6)
    if way == 0:
        return number
    if way == 1:
        return number.lower()
    if way == 2:
        return " ".join(number) if draw.random() < 0.3 else f"IBAN{number}"
    between = draw.choice([" ", " ", "-", "\n", "\t", " - ", "/", "_", ", "])
    return between.join(number[at : at + 4] for at in range(0, len(number), 4))


def emails(draw: random.Random) -> str:
    """An address, written, hidden or spoken."""
    first, last, host = draw.choice(FIRST), draw.choice(LAST), draw.choice(HOSTS)
    local = draw.choice([first, f"{first}.{last}", f"{first}_{last}", f"{first}{draw.randrange(99)}", f"{first}+shop"])
    written = f"{local}@{host}"
    way = draw.randrange(8)
    if way < 5 or not written.isascii() or "'" in written:
        return written.upper() if way == 0 else written
    local = f"{first}.{last}".replace("'", "")
    host = draw.choice(["gmail.com", "yahoo.co.uk", "acme.example", "outlook.com"])
    if way == 5:
        return f"{local.replace('.', ' dot ')} at {host.replace('.', ' dot ')}"
    if way == 6 and draw.random() < 0.5:
        return draw.choice([
            f"{first} dot reyes, at gmail dot com", f"{first} nineteen eighty at yahoo dot com",
            f"{first} dot smith at g mail dot com", f"{first}_at_acme_dot_com", f"{first} dot lee at hotmail",
            f"{first} punto gil arroba correo punto es", f"{first} point dubois arobase orange point fr",
        ])  # fmt: skip
    if way == 6:
        return f"{local} (at) {host.replace('.', ' (dot) ')}"
    return f"{' '.join(first if first.isascii() else 'ana')} at gmail dot com"


def phones(draw: random.Random) -> str:
    """A US number in one of its forms, or an international one."""
    if draw.random() < 0.3:
        return _foreign(draw)
    area, exchange, line = draw.choice(AREAS), f"{draw.randrange(2, 10)}{draw.randrange(20, 100)}", draw.randrange(9999)
    if exchange.endswith("11"):
        exchange = "555"
    parts = (area, exchange, f"{line:04d}")
    number = "".join(parts)
    spoken = [" ".join(DIGIT[int(one)] for one in part) for part in parts]
    return draw.choice([
        "({}) {}-{}".format(*parts), "-".join(parts), ".".join(parts), " ".join(parts), number, f"+1{number}",
        f"+1 {' '.join(parts)}", "1-" + "-".join(parts), "+1 ({}) {}-{}".format(*parts), " ".join(spoken),
        ", ".join(spoken), "({}) {}-{} ext. 12".format(*parts), " ".join(number), "_".join(parts),
        "[{}] {}-{}".format(*parts),
    ])  # fmt: skip


def _foreign(draw: random.Random) -> str:
    while True:
        region = draw.choice(
            [
                "GB",
                "DE",
                "FR",
                "ES",
                "IT",
                "NL",
                "SE",
                "NO",
                "DK",
                "PL",
                "PT",
                "IE",
                "AT",
                "CH",
                "BE",
                "AU",
                "NZ",
                "IN",
                "BR",
                "MX",
                "JP",
                "ZA",
                "SG",
                "IL",
                "TR",
            ]
        )
        example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        assert example is not None
        assert example.national_number is not None
        digits = str(example.national_number)
        varied = digits[:-4] + "".join(draw.choice("0123456789") for _ in range(4))
        number = phonenumbers.PhoneNumber(example.country_code, int(varied))
        if phonenumbers.is_valid_number(number):
            way = draw.choice([phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.E164])
            return phonenumbers.format_number(number, way)


MAKERS: dict[Kind, Callable[[random.Random], str]] = {
    Kind.CARD: cards,
    Kind.IBAN: ibans,
    Kind.EMAIL: emails,
    Kind.PHONE: phones,
}


def labelled(kind: Kind, count: int, seed: int) -> Iterator[Labelled]:
    """Texts that each hold one value of ``kind``."""
    draw = random.Random(seed)
    for _ in range(count):
        value = MAKERS[kind](draw)
        written = "@" in value if kind is Kind.EMAIL else value[-1].isdigit()
        saying = draw.choice((*SAYING[kind], *BESIDE.get(kind, ())) if written else SAYING[kind])
        if saying == "{}" and value[0].isalpha() and " at " in value:
            saying = "email: {}"
        before, _, after = saying.partition("{}")
        start = len(before) + (4 if value.startswith("IBAN") else 0)
        yield Labelled(before + value + after, kind, ((start, len(before) + len(value)),), "value")


def _digits(draw: random.Random, count: int) -> str:
    return str(draw.randrange(1, 10)) + "".join(draw.choice("0123456789") for _ in range(count - 1))


def _luhn(draw: random.Random) -> str:
    """Sixteen digits of an order that happen to pass for a card's: range and checksum."""
    body = "4" + _digits(draw, 14)
    return next(body + last for last in "0123456789" if luhn(body + last))


def harmless(count: int, seed: int) -> Iterator[Labelled]:
    """Texts with numbers that are nobody's: orders, parcels, times, prices, versions and the like."""
    draw = random.Random(seed)
    makers: dict[str, Callable[[], str]] = {
        "order": lambda: draw.choice([
            f"Order {_digits(draw, 10)} has not arrived", f"order number {_digits(draw, draw.randrange(8, 17))}",
            f"my order #{_digits(draw, 10)}", f"Order no. {_digits(draw, 3)}-{_digits(draw, 7)}-{_digits(draw, 7)}",
            f"order A-{_digits(draw, 6)}", f"Order {_luhn(draw)} is late", f"the order id is {_digits(draw, 16)}",
            f"ORD-{_digits(draw, 10)} please", f"#{_digits(draw, 12)}", f"invoice INV{_digits(draw, 9)}",
            f"invoice number {_digits(draw, 10)}", f"case {_digits(draw, 8)}", f"ticket {_digits(draw, 7)}",
            f"Vertragsnummer {_digits(draw, 10)}", f"dossier {_digits(draw, 10)}", f"pedido número {_digits(draw, 9)}",
            f"order number {_luhn(draw)} 09/27",
        ]),
        "tracking": lambda: draw.choice([
            f"tracking 1Z{_digits(draw, 3)}AA1{_digits(draw, 10)}", f"tracking number {_digits(draw, 12)}",
            "USPS 9400 1" + " ".join(_digits(draw, size) for size in (3, 4, 4, 4, 2)),
            f"FedEx {_digits(draw, 12)}", f"FedEx tracking {_digits(draw, 15)}", f"DHL {_digits(draw, 10)}",
            f"the parcel's tracking code is {_luhn(draw)}", f"9400{_digits(draw, 18)}",
            f"shipment RR{_digits(draw, 9)}DE",
        ]),
        "time": lambda: draw.choice([
            f"between {draw.randrange(1, 12)}:30 and {draw.randrange(1, 12)}:45 pm", "2026-11-20 17:30:00 to 18:15:00",
            "from 09:00-18:00 on 11/20/2026", "at 2026-11-20T09:12:00-06:00", "on 20.11.2026 at 14:00",
            "since 2024/03/15 10:22", f"in {draw.randrange(2, 60)} minutes, not before 5 pm",
            f"timestamp {draw.randrange(1_600_000_000, 1_800_000_000)}{draw.randrange(100, 999)}",
        ]),
        "price": lambda: draw.choice([
            f"it costs ${draw.randrange(100, 9999)}.{draw.randrange(10, 99)}", "a quote for 18,000 dollars",
            f"€ {draw.randrange(1, 9)}.{draw.randrange(100, 999)},00 in total", "1,250,000.00 USD of exposure",
            f"{draw.randrange(1000, 9999)}.{draw.randrange(10, 99)} EUR", "between 1200 and 1400 dollars",
            f"USD {_digits(draw, 10)}", f"I paid {', '.join(_digits(draw, 4) for _ in range(5))} so far",
        ]),
        "version": lambda: draw.choice([
            f"version {draw.randrange(1, 20)}.{draw.randrange(0, 99)}.{draw.randrange(1000, 9999)}",
            f"firmware v2.{draw.randrange(10)}.{draw.randrange(10)}-rc.1", "iOS 17.6.1 build 21G93",
            "Chrome/131.0.6778.86", f"IP 192.168.{draw.randrange(255)}.{draw.randrange(255)}", "macOS 14.5 (23F79)",
        ]),
        "other": lambda: draw.choice([
            f"serial WH2-88-{_digits(draw, 5)}", f"ZIP {_digits(draw, 5)}-{_digits(draw, 4)}", "error 0x80070057",
            "id 3f2504e0-4f89-41d3-9a0c-0305e82c3301", f"meter reading {_digits(draw, 6)}", "page 12 of 240",
            "ISBN 978-3-16-148410-0", f"model WH-{_digits(draw, 4)}", "two out of three times, one or two hours",
            "52.5200, 13.4050", f"part no. {_digits(draw, 4)}-{_digits(draw, 4)}", "look at acme dot com",
            "we met at noon", "@acme on social media", "rated 4.5 of 5 by 12,345 people", "flats 12 34 56 and 78",
            f"serial number {_digits(draw, 12)}", f"booking reference {_digits(draw, 9)}", "the password is wrong",
            f"https://desk.acme.example/tickets/{_digits(draw, 10)}", "my pin does not work", "the token expired",
            "five or six of the twenty two radiators are cold", "Lot 20261120-004", "24/7 since 1998",
            f"SN: {_digits(draw, 10)}", "SIREN 732 829 320", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
            f"commit {_luhn(draw)}deadbeef", f"0.{_luhn(draw)}", "we met John, at acme.com we worked together",
            f"IMG_{_digits(draw, 3)}_{_digits(draw, 3)}_{_digits(draw, 4)}.jpg",
        ]),
    }  # fmt: skip
    sorts = list(makers)
    for n in range(count):
        sort = sorts[n % len(sorts)]
        yield Labelled(makers[sort](), None, (), sort)
