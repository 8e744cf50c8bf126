"""Values of withheld fields are found in every text, however they are written there."""

import re
import sys

import pytest

from handoff_core.privacy.known import KnownValues, _fold, names_in


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("knee MRI", "He asks for a Knee  mri today"),
        ("Weiß", "Familie WEIẞ ruft an"),
        ("İnci", "inci and İNCİ"),
        ("Kelvin", "the \u212aelvin file"),
        ("MS", "She has MS."),
        ("a child is mentioned", "A CHILD\nis mentioned here"),
    ],
)
def test_a_value_is_found_whatever_its_case_and_spaces(value: str, text: str) -> None:
    left = KnownValues({value: "[x withheld]"}).taken_out_of(text)

    assert "[x withheld]" in left
    assert re.search(r"\s+".join(map(re.escape, value.split())), left, re.IGNORECASE) is None


@pytest.mark.parametrize(
    ("value", "text"), [("MS", "ms and terms"), ("gin", "engine"), ("yes", "yes, please"), ("12", "12 of them")]
)
def test_what_stands_in_every_text_is_left(value: str, text: str) -> None:
    assert KnownValues({value: "[x withheld]"}).taken_out_of(text) == text


def test_words_of_a_name_are_found_as_they_are_written() -> None:
    names = dict.fromkeys(names_in("Will O'Neil Jr"), "[name withheld]")

    assert (
        KnownValues(names=names).taken_out_of("Will will call; O'Neil too")
        == "[name withheld] will call; [name withheld] too"
    )


def test_no_letter_that_is_the_same_without_case_hides_from_the_first_look() -> None:
    """The first look compares folded texts, and may miss nothing that the search without case would find."""
    for code in range(sys.maxunicode + 1):
        one = chr(code)
        for other in {one.lower(), one.upper(), one.swapcase(), one.casefold(), "i" if one in "ıİ" else one}:
            if re.fullmatch(re.escape(one), other, re.IGNORECASE):
                assert _fold(one) == _fold(other), (hex(code), other)
