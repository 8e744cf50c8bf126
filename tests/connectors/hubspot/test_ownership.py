"""Which properties are ours to write."""

from __future__ import annotations

from handoff_connectors.hubspot.attempts import Attempts, held
from handoff_connectors.hubspot.ownership import Ours, Plan, Policy, plan_of
from handoff_core.testing.case import NotebookMemory
from handoff_core.testing.clock import FakeClock

CONTACT = Policy(fill_empty=True, together=(frozenset({"firstname", "lastname"}),))
NOTE = Policy(fill_empty=False, lasting=frozenset({"hs_note_body"}))


def planned(current: dict[str, str], wanted: dict[str, str], seen: dict[str, str], policy: Policy = CONTACT) -> Plan:
    return plan_of(current, wanted, seen, lambda name, value: seen.get(name) == value, policy)


def test_what_is_empty_is_filled_in() -> None:
    assert planned({}, {"company": "Acme"}, {}) == Plan({"company": "Acme"}, (), frozenset({"company"}))


def test_what_a_person_wrote_stays() -> None:
    assert planned({"company": "Old"}, {"company": "Acme"}, {}) == Plan({}, ("company",), frozenset())
    assert planned({"company": "Changed"}, {"company": "New"}, {"company": "Acme"}).kept == ("company",)


def test_what_is_ours_is_renewed() -> None:
    assert planned({"company": "Acme"}, {"company": "New"}, {"company": "Acme"}).patch == {"company": "New"}


def test_what_a_person_wrote_as_we_would_have_is_still_his() -> None:
    found = planned({"company": "Acme"}, {"company": "Acme"}, {})
    assert found == Plan({}, (), frozenset())
    assert planned({"company": "Acme"}, {}, {}).patch == {}


def test_what_is_missing_now_is_cleared_only_when_it_was_ours() -> None:
    assert planned({"company": "Acme"}, {}, {"company": "Acme"}).patch == {"company": ""}
    assert planned({"company": "Theirs"}, {}, {"company": "Acme"}).patch == {}


def test_a_name_is_written_as_a_whole_or_not_at_all() -> None:
    wanted = {"firstname": "Maria", "lastname": "Lindqvist"}
    assert planned({"firstname": "Bob"}, wanted, {}) == Plan({}, ("firstname", "lastname"), frozenset())
    assert planned({"lastname": "Smith"}, {"firstname": "Maria"}, {}).patch == {}
    assert planned({}, wanted, {}).patch == wanted


def test_an_owner_that_a_person_took_off_a_note_stays_off() -> None:
    seen = {"hubspot_owner_id": "70001"}
    assert planned({}, {"hubspot_owner_id": "70002"}, seen, NOTE).kept == ("hubspot_owner_id",)
    assert planned({}, {"hubspot_owner_id": "70002"}, {}, NOTE).patch == {"hubspot_owner_id": "70002"}


def test_a_body_is_never_cleared() -> None:
    assert planned({"hs_note_body": "x"}, {}, {"hs_note_body": "x"}, NOTE) == Plan({}, (), frozenset({"hs_note_body"}))


def attempts(memory: NotebookMemory) -> Attempts:
    return Attempts(memory, FakeClock(), certainty=53.0)


def judge(memory: NotebookMemory, seen: dict[str, str]) -> Ours:
    return attempts(memory).ours("notes/1", seen, untouched=False)


def test_what_was_sent_and_not_yet_seen_is_ours() -> None:
    memory, seen = NotebookMemory(), {"hs_note_body": held("hs_note_body", "<p>one</p>")}
    assert not judge(memory, seen)("hs_note_body", "<div><p>two</p></div>")
    attempts(memory).before_sending("notes/1", seen, {"hs_note_body": "<p>two</p>"})
    attempts(memory).before_sending("notes/1", seen, {"hs_note_body": "<p>three</p>"})
    for body in ("<p>one</p>", "<div><p>two</p></div>", "<div>three</div>"):
        assert judge(memory, seen)("hs_note_body", body)
    assert not judge(memory, seen)("hs_note_body", "<p>two</p><p>and a person</p>")


def test_what_was_sent_counts_no_more_once_it_was_seen() -> None:
    memory, seen = NotebookMemory(), {"hs_note_body": held("hs_note_body", "<p>one</p>")}
    attempts(memory).before_sending("notes/1", seen, {"hs_note_body": "<p>two</p>"})
    newer = {"hs_note_body": held("hs_note_body", "<div>two</div>")}
    assert not judge(memory, newer)("hs_note_body", "<b>two</b>"), "a person made it bold"


def test_a_ledger_that_saw_nothing_takes_whatever_was_sent() -> None:
    memory = NotebookMemory()
    attempts(memory).before_sending("notes/1", {"x": "1"}, {"hs_note_body": "<p>two</p>"})
    assert judge(memory, {})("hs_note_body", "<p>two</p>")


def test_the_ledger_keeps_a_body_as_its_hash_only() -> None:
    assert held("hs_note_body", "secret words").startswith("sha256:")
    assert held("hs_task_subject", "words") == "words"
    assert held("hs_note_body", "") == ""
