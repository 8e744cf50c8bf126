"""Reading a body that HubSpot has rewritten."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff_mappings.hubspot.plain import ends_with_ref, lines_of, ref_of, words_of

OURS = (
    "<p><strong>Next:</strong> call &amp; ask</p><ul><li>one</li><li>two</li></ul><p><em>Handoff ref: ho-a.b</em></p>"
)
REWRITTEN = (
    '<div style="" dir="auto" data-top-level="true"><p style="margin:0;"><strong>Next:</strong>&nbsp;call &#38; ask</p>'
    "<ul><li>one</li><li>two</li></ul>\n<p><em>Handoff ref: ho-a.b</em></p></div>"
)


def test_two_spellings_of_one_body_have_the_same_words() -> None:
    assert words_of(OURS) == words_of(REWRITTEN) == "Next: call & ask one two Handoff ref: ho-a.b"


def test_lines_end_where_blocks_end() -> None:
    assert lines_of(OURS) == ("Next: call & ask", "one", "two", "Handoff ref: ho-a.b")
    assert lines_of("a<br/>b<script>c</script><style>d</style>") == ("a", "b")


@pytest.mark.parametrize("body", [OURS, REWRITTEN, OURS.replace("<em>", "").replace("</em>", "<br>")])
def test_the_reference_is_read_in_every_spelling(body: str) -> None:
    assert ref_of(body) == "ho-a.b"
    assert ends_with_ref(body, "ho-a.b")
    assert not ends_with_ref(body, "ho-a.bc")


def test_what_a_person_adds_below_does_not_hide_the_reference_but_is_seen() -> None:
    body = REWRITTEN + "<p>Called her, all good.</p>"
    assert ref_of(body) == "ho-a.b"
    assert not ends_with_ref(body, "ho-a.b")


@pytest.mark.parametrize("body", ["", "<p>Handoff ref: </p>", "<p>Handoff ref: two words</p>", "<p>handoff</p>"])
def test_a_body_without_a_reference_has_none(body: str) -> None:
    assert ref_of(body) is None


class _Reference(HTMLParser):
    """The words as Python's own parser reads them, without our lines."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in ("script", "style")
        self.text.append(" " if tag in ("p", "br", "li", "ul", "div") else "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")
        self.text.append(" " if tag in ("p", "br", "li", "ul", "div") else "")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.text.append(data)


_WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)
_TAGS = st.sampled_from(["p", "br", "li", "ul", "div", "strong", "em", "a", "span", "h2"])
_ATTRIBUTES = st.sampled_from(
    ["", ' style="margin:0;"', ' href="https://a.example/?x=1>2"', " title='a > b'", " hidden"]
)
_PIECES = st.one_of(
    _WORDS.map(escape),
    st.tuples(_TAGS, _ATTRIBUTES).map(lambda pair: f"<{pair[0]}{pair[1]}>"),
    _TAGS.map(lambda tag: f"</{tag}>"),
    st.sampled_from(["&nbsp;", "&#38;", "&lt;b&gt;", "<!-- a > b -->", "<script>x < y</script>", "<br/>"]),
)


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_the_words_are_those_that_a_full_parser_reads(html: str) -> None:
    reference = _Reference()
    reference.feed(html)
    reference.close()
    expected = " ".join("".join(reference.text).replace("\0", " ").split())
    if not any(tag in html for tag in ("<h2", "</h2")):
        assert words_of(html) == expected
    else:
        assert "".join(words_of(html).split()) == "".join(expected.split())
