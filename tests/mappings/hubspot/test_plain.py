"""Reading a body that HubSpot has rewritten."""

from __future__ import annotations

import pytest

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
