"""Whatever stands in a packet, Zendesk and HubSpot get plain structure and words: nothing runs or loads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from corpora import slack, strings
from corpora.packets import URL, every_text
from markup import Markup
from renders import LINKS, bodies, everything

from handoff_core.packet import Lane, Packet
from handoff_mappings.text import clean, one_line
from proof.plugin import Record

STRINGS = strings("html")
OUR_LINKS = {URL, *(link.url for link in LINKS)}
EVERY_LANE = list(Lane)


def every_body(text: str, lane: Lane | str) -> Iterator[tuple[str, str]]:
    packet = Packet.from_object(every_text(lane, text))
    for vendor in ("zendesk", "hubspot"):
        for sent in everything(packet, text, only=vendor):
            yield from ((sent.name, body) for body in bodies(sent))


def test_only_allowed_tags_and_the_packets_own_links_survive_a_parse(full_proof: bool, evidence: Record) -> None:
    parsed = elements = 0
    texts = [*STRINGS, *(slack.strings() if full_proof else slack.strings()[::27])]
    for number, text in enumerate(texts):
        every = full_proof and text in STRINGS  # what is aimed at Slack is tried in one lane each
        for lane in EVERY_LANE if every else (EVERY_LANE[number % len(EVERY_LANE)],):
            for name, body in every_body(text, lane):
                markup = Markup(body)
                assert list(markup.problems()) == [], (text, name)
                assert set(markup.links) <= OUR_LINKS, (text, name)
                parsed += 1
                elements += len(markup.elements)
    evidence(
        "Hostile text as HTML",
        "Only plain structure and the packet's own http links survive a browser's parser in Zendesk and HubSpot.",
        cases=len(texts),
        bodies=parsed,
        elements=elements,
        other_tags=0,
    )


@pytest.mark.parametrize("lane", [Lane.SUPPORT, Lane.OUTBOUND_REPLY])
def test_hostile_text_does_not_change_the_structure_of_a_note(lane: Lane, full_proof: bool) -> None:
    # A head that is too long to read in time is cut, and says the rest below: both are structure of ours.
    lengths = [every_body(" ".join(["harmless"] * words), lane) for words in range(1, 40)]
    harmless = [[Markup(body).skeleton for _, body in bodies] for bodies in lengths]
    for text in STRINGS if full_proof else STRINGS[lane is Lane.SUPPORT :: 2]:
        hostile = [Markup(body) for _, body in every_body(text, lane)]
        assert [markup.skeleton for markup in hostile] in harmless, text


def test_hostile_text_is_shown_letter_for_letter() -> None:
    for text in STRINGS:
        name, body = next(iter(every_body(text, "support")))
        words = Markup(body).words
        assert one_line(text) in words, (text, name)
        assert clean(text).strip() in Markup(body).quoted, text


@pytest.mark.parametrize(
    "field", ["hs_task_subject", "firstname", "lastname", "company", "handoff_fit", "handoff_said"]
)
def test_plain_properties_are_text_and_not_html(field: str) -> None:
    text = "<b>Maria</b> <i>EVIL</i>"
    packet = Packet.from_object(every_text("support", text))
    values = [
        value
        for sent in everything(packet, text, only="hubspot")
        for name, value in sent.payload.body["properties"].items()
        if name == field
    ]
    assert values
    assert all("&lt;" not in value for value in values)  # HubSpot escapes them itself: twice would be shown


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<p>x</p><script>y</script>", "<script>"),
        ("<p onclick=x>y</p>", "<p onclick>"),
        ("<a href='javascript:x'>y</a>", "link to javascript:x"),
        ("<p>x<!-- y --></p>", "a node -comment"),
        ("<img src=x>", "<img>"),
        ("<p>x</p><h1>y</h1>", "<h1>"),
    ],
)
def test_the_reader_sees_what_does_not_belong(html: str, problem: str) -> None:
    assert problem in list(Markup(html).problems())
