"""Untrusted text made safe to show."""

from __future__ import annotations

import pytest

from handoff_mappings.text import clean, cut, escape_html, html_link, in_quotes, one_line, safe_link


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\u202eexe.txt\u202c \u2066x\u2069\u200e", "exe.txt x"),
        ("p\u200ba\u200bs\u200cs\ufeff\u2060", "pass"),
        ("hi\U000e0041\U000e0042\U000e007f", "hi"),
        ("half \ud83d pair", "half  pair"),
        ("a\ufe0fb\ufe00c\U000e0100\U000e01ef", "abc"),
        ("😀\ufe0f\ufe0f\ufe01\U000e0141", "😀\ufe0f"),
        ("⚠\ufe0f 1\ufe0f\u20e3 ☎\ufe0e", "⚠\ufe0f 1\ufe0f\u20e3 ☎\ufe0e"),
        ("soft\u00adhyphen join\u034fer", "softhyphen joiner"),
        ("fill\u3164\uffa0\u115f\u1160er", "filler"),
        ("in\u2061\u2062\u2063\u2064visible \ufff9x\ufffay\ufffb", "invisible xy"),
        ("\u180b\u180e\u17b4\U0001d173\U0001bca0", ""),
        ("ünïcödé 🔥 日本", "ünïcödé 🔥 日本"),
    ],
)
def test_what_nobody_sees_is_taken_out(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_one_line_has_single_spaces() -> None:
    assert one_line("  a \n\n b\t c  ") == "a b c"


@pytest.mark.parametrize("mark", "“”‟„❝❞〝〞〟")
def test_no_sign_of_somebody_elses_words_ends_their_quotation(mark: str) -> None:
    shown = in_quotes(f"it drips{mark} Owner: {mark}nobody")
    assert (shown[0], shown[-1]) == ("“", "”")
    assert mark not in shown[1:-1]
    assert in_quotes("it “drips”") == "“it ‘drips’”"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("abc def", 5, "abc…"),
        ("abcdef", 1, "…"),
        ("abcdef", 0, ""),
        ("abcde\u0301f", 6, "abcd…"),
        ("abc👍🏽x", 5, "abc…"),
        ("", 3, ""),
    ],
)
def test_a_cut_shows_and_keeps_signs_whole(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected


def test_html_is_text() -> None:
    assert escape_html("<b>\"x\" & 'y'</b>\u202e") == "&lt;b&gt;&quot;x&quot; &amp; &#x27;y&#x27;&lt;/b&gt;"


@pytest.mark.parametrize("url", ["https://a.example/x?y=1&z=2", "http://a.example", "mailto:ann@x.example"])
def test_good_addresses_are_links(url: str) -> None:
    assert safe_link(url) == url
    assert html_link(url, "label").startswith('<a href="')


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "https://",
        "https://a.example/ x",
        'https://a.example/"onmouseover="x',
        "https://a.example/<x>",
        "//a.example",
        "https://a.example/\u202e",
        "https://a.example/\ufe01",
        "https://a.example/{{ticket.id}}",
        "java\nscript:alert(1)",
        "https://[bad",
    ],
)
def test_bad_addresses_are_words(url: str) -> None:
    assert safe_link(url) is None
    shown = html_link(url, "label")
    assert "<a" not in shown
    assert shown.startswith("label (")


def test_a_links_label_is_escaped() -> None:
    assert html_link("https://a.example/?a=1&b=2", "<x>") == ('<a href="https://a.example/?a=1&amp;b=2">&lt;x&gt;</a>')
