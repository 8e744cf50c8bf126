"""IBANs with any sign between their groups, glued, spaced and wide."""

from __future__ import annotations

import pytest
from found import parts

from handoff_core.privacy import Kind
from handoff_core.privacy.find import find

IBAN = "DE89370400440532013000"


@pytest.mark.parametrize("between", ["\n", "\t", " - ", "/", "_", ", ", ",", " | ", "·", "\r\n", " ", "-"])
def test_where_the_checksum_fits_an_iban_may_have_any_sign_between_its_groups(between: str) -> None:
    number = between.join(IBAN[at : at + 4] for at in range(0, len(IBAN), 4))
    assert parts(f"Konto {number} bitte", Kind.IBAN, "DE") == [number]
    wrong = number[:-1] + "1"
    assert parts(f"Konto {wrong} bitte", Kind.IBAN, "DE") == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (f"IBAN{IBAN}", IBAN),
        (f"iban{IBAN.lower()} bitte", IBAN.lower()),
        (f"IBAN: {' '.join(IBAN)}", " ".join(IBAN)),
        ("Konto D E 89 3704 0044 0532 0130 00", "D E 89 3704 0044 0532 0130 00"),
        ("ＤＥ８９３７０４００４４０５３２０１３０００ ist meine", "ＤＥ８９３７０４００４４０５３２０１３０００"),
        ("NO93\t8601\t1117\t947 takk", "NO93\t8601\t1117\t947"),
        ("NL91 ABNA 0417 1643 00t.n.v. Jansen", "NL91 ABNA 0417 1643 00"),
    ],
)
def test_an_iban_is_found_glued_spaced_and_wide(text: str, part: str) -> None:
    found = [one for one in find(text, "DE") if one.kind is Kind.IBAN]
    assert [text[one.start : one.end] for one in found] == [part]
    assert found[0].key in (IBAN, "NL91ABNA0417164300", "NO9386011117947")


@pytest.mark.parametrize(
    "text",
    [
        "DE89\n3704\n0044\nfive more lines",
        "DE89/3704, 0044/0532, 0130/00",
        "model LU28001940064475000X",
        "IBAN is missing",
        f"order{IBAN}",
        f"{IBAN}00",
    ],
)
def test_what_is_no_iban_stays(text: str) -> None:
    assert parts(text, Kind.IBAN, "DE") == []
