"""The page: what a reader of each system would see, and nothing that could run."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest

from handoff_connectors.sandbox.allow_list import PAGE, plain, sift, tags_of
from handoff_connectors.sandbox.slack_view import Names, message_html, mrkdwn_html

KEY = "ho-acme.case-1"
NAMES = Names({"U0DANA": "Dana Fields"}, {"C0ALERTS": "handoff-alerts"}, {"S0DISPATCH": "dispatch"})
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)><svg onload=alert(1)>&lt;b&gt;"


def fill(sandbox, words="Water through the ceiling", key=KEY):
    sandbox.zendesk.create(
        {
            "subject": words,
            "external_id": key,
            "priority": "urgent",
            "assignee_id": 9001,
            "tags": ["handoff"],
            "custom_fields": [{"id": 360002, "value": words}, {"id": 360010, "value": words * 5}],
            "requester": {"name": words},
            "comment": {"public": False, "html_body": f"<p><strong>Next step:</strong> Call Maria</p><p>{words}</p>"},
        }
    )
    contact = sandbox.hubspot.create("contacts", {"firstname": "Maria", "company": words})
    link = [{"to": {"id": contact.id}, "types": [{"associationTypeId": 202}]}]
    body = f"<p>Why: refund above what the assistant may grant</p><p>{words}</p><p>{key}</p>"
    sandbox.hubspot.create(
        "notes", {"hs_timestamp": "1795187520000", "hs_note_body": body, "hubspot_owner_id": "70001"}, link
    )
    task = {
        "hs_timestamp": "1795187520000",
        "hs_task_subject": words,
        "hs_task_priority": "HIGH",
        "hs_task_body": f"{key}~task",
    }
    sandbox.hubspot.create("tasks", task, [{**link[0], "types": [{"associationTypeId": 204}]}])
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": words}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Owner*\n<@U0DANA>", "verbatim": True}]},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": "https://x.example/1"}
            ],
        },
    ]
    metadata = {"event_type": "handoff", "event_payload": {"handoff_key": key}}
    alert, _ = sandbox.slack.post({"channel": "C0URGENT", "text": words, "blocks": blocks, "metadata": metadata})
    sandbox.slack.post({"channel": "C0URGENT", "text": f"thread {words}", "thread_ts": alert.ts})
    return alert


def words_of(page):
    return " ".join(plain(page).split())


def test_an_empty_page_says_what_to_do(control):
    answer = control("GET", "/")
    assert "No packet has arrived yet" in answer.text


def test_all_three_records_stand_on_one_page(control, sandbox):
    fill(sandbox)
    shown = words_of(control("GET", f"/?key={KEY}").text)
    for expected in (
        "Ticket #",
        "Dana Fields",
        "Urgent",
        "Internal note",
        "Next step: Call Maria",
        "Note by Dana Fields",
        "Why: refund above",
        "# handoff-urgent",
        "@Dana Fields",
        "1 reply",
        "thread Water",
    ):
        assert expected in shown


def test_a_thread_is_folded_beside_the_others_and_open_alone(control, sandbox):
    fill(sandbox)
    assert '<details class="sl-thread">' in control("GET", f"/?key={KEY}").text
    assert '<details class="sl-thread" open>' in control("GET", f"/?key={KEY}&only=slack").text


def test_the_three_systems_stand_side_by_side(control, sandbox):
    fill(sandbox)
    inside = control("GET", f"/?key={KEY}").text.partition("<main>")[2]
    places = [inside.index(f'id="{system}"') for system in ("zendesk", "hubspot", "slack")]
    assert places == sorted(places)
    assert 'class="column"' not in inside
    rule = control("GET", "/style.css").text.partition("\nmain {")[2].partition("}")[0]
    assert rule.count("minmax(0,") == 3


def test_every_time_is_shown_in_one_zone_with_its_name(control, sandbox):
    fill(sandbox)
    shown = words_of(control("GET", f"/?key={KEY}").text)
    times = re.findall(r"\d{4}, \d\d:\d\d (\S+)", shown)
    assert len(times) >= 5
    assert set(times) == {"(America/Chicago)"}


def test_packets_are_listed_newest_first_and_the_newest_is_shown(control, sandbox):
    fill(sandbox, "First")
    fill(sandbox, "Second", "ho-acme.case-2")
    page = control("GET", "/").text
    assert page.index("case-2") < page.index("case-1")
    assert "<title>ho-acme.case-2</title>" in page
    assert "Second" in control("GET", "/?key=ho-acme.case-2&only=slack").text


def test_one_system_can_be_shown_alone(control, sandbox):
    fill(sandbox)
    page = control("GET", f"/?key={KEY}&only=hubspot").text
    assert 'id="hubspot"' in page
    assert 'id="slack"' not in page
    assert 'id="zendesk"' not in page


def test_links_of_the_vendors_lead_to_the_page(control, sandbox, desk, crm, chat):
    alert = fill(sandbox)
    ticket = sandbox.zendesk.by_key(KEY)[0]
    note = sandbox.hubspot.every("notes")[0]
    places = [
        desk("GET", f"/agent/tickets/{ticket.id}", headers={"authorization": ""}),
        crm("GET", f"/contacts/1/record/0-46/{note.id}", headers={"authorization": ""}),
        chat("GET", f"/archives/C0URGENT/p{alert.ts.replace('.', '')}", headers={"authorization": ""}),
    ]
    for answer in places:
        assert answer.status_code == 302
        page = control("GET", answer.headers["location"].removeprefix(sandbox.page_url))
        assert f"<title>{KEY}</title>" in page.text


def test_duplicates_are_shown(control, sandbox):
    fill(sandbox)
    fill(sandbox)
    assert "duplicate</b>" in control("GET", "/").text


@pytest.mark.parametrize(
    "hostile", [HOSTILE, '"><script>x</script>', "{{7*7}} ${7*7} {% raw %}", "<!here> <@U0DANA> *x*"]
)
def test_nothing_that_a_customer_wrote_becomes_markup(control, sandbox, hostile):
    fill(sandbox, hostile)
    answer = control("GET", f"/?key={KEY}")
    assert tags_of(answer.text) & {"script", "img", "svg", "iframe", "form", "object", "embed", "style"} == set()
    assert not _event_attributes(answer.text)
    assert hostile in html.unescape(answer.text)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'none'" in policy
    assert "default-src 'none'" in policy


def _event_attributes(page):
    found = []

    class Look(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.extend(
                name for name, value in attrs if name.startswith("on") or (value or "").startswith("javascript:")
            )

    Look().feed(page)
    return found


def test_a_key_in_the_address_is_escaped(control):
    assert "<script>" not in control("GET", "/?key=<script>x</script>&record=<b>").text


def test_the_page_can_refresh_itself(control):
    assert '<meta http-equiv="refresh" content="5">' in control("GET", "/?refresh=5").text
    assert "http-equiv" not in control("GET", "/?refresh=x").text
    assert control("GET", "/style.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*bold* _it_ ~no~ `a*b*`", "<strong>bold</strong> <em>it</em> <s>no</s> <code>a*b*</code>"),
        ("a*b*c 2*3*4", "a*b*c 2*3*4"),
        ("*\u200bnot bold*", "*\u200bnot bold*"),
        ("&lt;!here&gt; &amp; <b>", "&lt;!here&gt; &amp; b"),
        ("&gt; quote\nnot", "<blockquote>quote</blockquote>not"),
        ("```a <@U0DANA>```", "<pre>a &lt;@U0DANA&gt;</pre>"),
        (
            "<https://x.example/?a=1&amp;b|go>",
            '<a href="https://x.example/?a=1&amp;b" rel="noopener noreferrer">go</a>',
        ),
        ("<javascript:x|go>", "go"),
        ("<@U0DANA>", '<span class="sl-mention">@Dana Fields</span>'),
        ("<!channel>", '<span class="sl-mention sl-loud">@channel</span>'),
        ("<!subteam^S0DISPATCH>", '<span class="sl-mention">@dispatch</span>'),
        ("<#C0ALERTS>", '<span class="sl-mention">#handoff-alerts</span>'),
        ("<!date^1^{date}|Friday>", "Friday"),
        (":warning: :nonsense:", "⚠️ :nonsense:"),
    ],
)
def test_mrkdwn_looks_as_in_slack(text, expected):
    shown = mrkdwn_html(text, NAMES, verbatim=True)
    assert shown == expected


def test_rich_text_and_unknown_blocks_are_shown():
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "<b>", "style": {"bold": True}},
                    {"type": "user", "user_id": "U0DANA"},
                ],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
            {
                "type": "rich_text_list",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": "https://x.example"}]}],
            },
        ],
    }
    shown = message_html({"blocks": [rich, {"type": "divider"}, {"type": "card"}]}, NAMES)
    for expected in (
        "<strong>&lt;b&gt;</strong>",
        "@Dana Fields",
        "<blockquote>said</blockquote>",
        "<ul><li>",
        "<hr>",
        "[card]",
    ):
        assert expected in shown


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<p>a<b>b</p>c", "<p>a<b>b</b></p>c"),
        ("<p>a</div></p>", "<p>a</p>"),
        ("<script>x<p>y</script>z", "z"),
        ('<a href=" javascript:x">a</a>', "<a>a</a>"),
        ('<a href="mailto:a@b.example" target="_blank">a</a>', '<a href="mailto:a@b.example">a</a>'),
        ("&lt;b&gt; &amp; é", "&lt;b&gt; &amp; é"),
        ("<img src=https://x.example/1.png>", ""),
        ("a < b", "a &lt; b"),
        ("<a href='http://[x'>a</a>", "<a>a</a>"),
    ],
)
def test_the_allow_list(text, kept):
    assert sift(text, PAGE) == kept
