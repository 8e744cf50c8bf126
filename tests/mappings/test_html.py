"""A brief as HTML: escaped, within its budget, and honest about what is missing."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from handoff_core.connector import SiblingLink
from handoff_core.testing.factories import make_packet, make_view
from handoff_mappings.brief import build_brief
from handoff_mappings.html import NOT_SHOWN, brief_html, news_html

ALLOWED = {"p", "br", "strong", "em", "ul", "li", "a", "blockquote"}
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)></blockquote></p>\"'><a href='javascript:x'>y</a> "
    "{{7*7}} ${7*7} %s {0.__class__} &amp; \u202e\u200b\x00".replace("\x00", "\x07")
)


class Reader(HTMLParser):
    """Tags, attributes, and the words inside blockquotes."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.quoted = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data
        if "blockquote" in self.open:
            self.quoted += data


def test_only_plain_tags_and_http_links_come_out_whatever_the_text() -> None:
    packet = make_packet(
        lane="outbound_reply",
        summary=HOSTILE,
        customer={"name": HOSTILE, "email": HOSTILE},
        facts=[{"name": HOSTILE, "value": HOSTILE, "source": HOSTILE}],
        details={"draft": HOSTILE, "extra": {HOSTILE.replace("\x07", ""): HOSTILE}},
        transcript=[{"speaker": "customer", "text": HOSTILE}],
    )
    html, _ = brief_html(build_brief(make_view(packet)), 60_000, see="the packet")
    reader = Reader(html)
    assert reader.tags <= ALLOWED
    assert {name for name, _ in reader.attributes} <= {"href"}
    assert all((value or "").startswith(("https://", "http://", "mailto:")) for _, value in reader.attributes)
    assert "{{7*7}} ${7*7} %s {0.__class__} &amp;" in reader.words
    assert "<script>" in reader.quoted
    assert not {"\u202e", "\u200b", "\x07"} & set(html)


def test_a_whole_brief_names_nothing_as_missing() -> None:
    brief = build_brief(make_view())
    html, withheld = brief_html(brief, 60_000, see="the packet")
    assert withheld == ()
    assert NOT_SHOWN not in html
    assert html.endswith("<p><em>Handoff ref: ho-acme-plumbing.case-8841</em></p>")


@pytest.mark.parametrize("budget", [15_000, 20_000, 40_000])
@pytest.mark.parametrize("sign", ["x", "&", '"', "\n", "日"])
def test_the_budget_holds_and_what_is_missing_is_named(budget: int, sign: str) -> None:
    packet = make_packet(
        summary="s" + sign * 30_000,
        goal=f"g {sign * 30_000}",
        facts=[{"name": f"n{i}", "value": "w" + sign * 4_000 + "v"} for i in range(50)],
        analysis="a" + sign * 50_000,
    )
    brief = build_brief(make_view(packet))
    html, withheld = brief_html(brief, budget, see="the attached packet.json")
    assert len(html) <= budget
    Reader(html)
    titles = {section.title for section in brief.sections}
    shown = {title for title in titles if f"{title}</strong>" in html.replace("&#x27;", "'")}
    assert titles - shown <= set(withheld), "a section that is not there is named"
    assert "Known" in withheld
    for name in withheld:
        assert name in html.replace("&#x27;", "'").partition(NOT_SHOWN)[2]
    assert "See the attached packet.json." in html
    assert "Must not change</strong>" in html


def test_the_least_important_goes_first() -> None:
    packet = make_packet(prior_contacts=[{"summary": "p" * 700}] * 30, facts=[{"name": "n", "value": "v" * 700}] * 30)
    html, withheld = brief_html(build_brief(make_view(packet)), 8_000, see="the packet")
    assert "Why this owner" in withheld
    assert "Concentrate on</strong>" in html
    assert "Done when</strong>" in html


def test_news_shows_what_changed_then_the_head() -> None:
    brief = build_brief(make_view(links=(SiblingLink("crm", "HubSpot", "https://hub.example/1"),)))
    html, withheld = news_html(brief, "What changed", ["Owner: <A> → B"], 60_000, key="ho-x~m2", see="the packet")
    assert html.startswith("<p><strong>What changed</strong></p><ul><li>Owner: &lt;A&gt; → B</li></ul>")
    assert "<strong>Do next: Call Maria" in html
    assert '<a href="https://hub.example/1">HubSpot</a>' in html
    assert html.endswith("<p><em>Handoff ref: ho-x~m2</em></p>")
    assert withheld == ()


def test_a_thousand_changes_do_not_push_out_the_head() -> None:
    changes = [f"New promise to the customer: {number} {'x' * 200}" for number in range(1000)]
    html, withheld = news_html(
        build_brief(make_view()), "What changed", changes, 30_000, key="ho-x~m2", see="the packet"
    )
    assert len(html) <= 30_000
    assert "<strong>Do next: Call Maria" in html
    assert "New promise to the customer: 0 " in html
    assert "What changed" in withheld
