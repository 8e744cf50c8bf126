"""The rules: everything that may happen to a business, in any order; and the invariants, checked after each of them."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from handoff_connectors.sandbox.server import Sandbox
from handoff_core import client
from handoff_core.client import Handoff
from handoff_core.receipt import Receipt
from tests.reliability.machine.case import Case, Revision
from tests.reliability.machine.people import People
from tests.reliability.machine.remote import PLACES, Remote
from tests.reliability.machine.world import DESTINATIONS, SETTLE, UNLOCKED, World, new_world

MOST_CASES = 3
URGENCIES = ("low", "normal", "high", "critical")
DOWN = ("drop_before", "reset", "html_502", "html_200", "empty_200", "redirect")
TROUBLES: tuple[dict[str, Any], ...] = (
    *({"fault": "429", "form": form} for form in ("seconds", "date", "fraction", "missing", "zero")),
    *({"fault": "status", "status": status} for status in (401, 409, 422, 423, 503)),
    *({"fault": fault} for fault in ("apply_then_drop", "apply_then_500", "half_body", "reset", "html_200")),
    *({"fault": "apply_late", "seconds": seconds} for seconds in (0.5, 8.0, 19.0)),
)
"""What may happen to one request. Nothing is applied later than ``timeout`` after it was sent."""
OF_A_TICKET = ("closes", "merges")
ACTS = ("edits", "takes over", "deletes", *OF_A_TICKET)
LONGEST_BACK = 100_000.0
"""Seconds by which our clock may be set back in all."""
DELETED_TWICE = "deleted by a person, twice"

which = st.integers(0, MOST_CASES - 1)
"""A case, or a vendor, of those that there are."""
any_record = st.integers(0, MOST_CASES * len(PLACES) - 1)
moments = st.one_of(st.integers(0, 40), st.integers(0, 500))


class Machine(RuleBasedStateMachine):
    """One run. ``sandbox`` is set by the test; ``counted`` tells what the runs did in all.

    ``together``: all three systems; else one of them.
    """

    sandbox: Sandbox
    counted: Counter[str]
    together: bool = False

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.world: World = self.stack.enter_context(new_world(self.sandbox))
        self.remote = Remote(self.sandbox)
        self.people = People(self.remote)
        self.cases: list[Case] = []
        self.seen = (0, 0, 0)

    def teardown(self) -> None:
        try:
            if self.cases:
                self.calm()
                self.counted["runs"] += 1
        finally:
            self.stack.close()

    @initialize(
        name=st.sampled_from(tuple(DESTINATIONS)),
        unique=st.booleans(),
        urgency=st.sampled_from(URGENCIES),
        by_phone=st.booleans(),
        task=st.booleans(),
    )
    def begin(self, name: str, unique: bool, urgency: str, by_phone: bool, task: bool) -> None:
        self.world.begin(tuple(DESTINATIONS) if self.together else (name,), unique=unique)
        self.create(urgency, by_phone, task)

    # ---- the automation

    @precondition(lambda self: len(self.cases) < MOST_CASES)
    @rule(urgency=st.sampled_from(URGENCIES), by_phone=st.booleans(), task=st.booleans())
    def create(self, urgency: str, by_phone: bool, task: bool) -> None:
        # A customer without e-mail needs the unique property: without it a search decides, and a search lags.
        by_phone = by_phone and self.sandbox.switches.hubspot.unique_on_engagements
        case = Case(len(self.cases) + 1, "phone" if by_phone else "email", task)
        self.cases.append(case)
        self.submit(case, case.next_revision(urgency=urgency))

    @rule(
        which=which,
        changes=st.fixed_dictionaries(
            {}, optional={"owner": st.sampled_from(["dana", "sam"]), "urgency": st.sampled_from(URGENCIES)}
        ),
    )
    def update(self, which: int, changes: dict[str, Any]) -> None:
        case = self.case(which)
        self.submit(case, case.next_revision(**changes))

    @rule(which=which)
    def close_or_open_again(self, which: int) -> None:
        case = self.case(which)
        case.gone_for_good.clear()
        self.submit(case, case.next_revision(done=not case.newest.done))

    @rule(which=which, in_order=st.booleans())
    def two_updates_at_once(self, which: int, in_order: bool) -> None:
        """One worker has judged its revision and not yet written it when the other's is accepted."""
        case = self.case(which)
        first, second = case.next_revision(), case.next_revision()
        mine, theirs = (first, second) if in_order else (second, first)
        with self.world.another() as other:
            self.between_judging_and_writing(case, mine, lambda: self.submit(case, theirs, other))

    @rule(which=which, moment=st.integers(0, 25))
    def die_while_submitting(self, which: int, moment: int) -> None:
        case = self.case(which)
        revision = case.next_revision()
        if self.world.dying(moment, lambda: self.submit(case, revision)):
            self.counted["deaths"] += 1
            if case.newest is not revision:
                case.doubtful = revision

    # ---- the worker

    @rule(seconds=st.sampled_from([0.0, 6.0, 25.0, 90.0]))
    def sync(self, seconds: float) -> None:
        self.world.wait(seconds)
        self.world.handoff.sync()

    @rule(which=which, moment=moments)
    def update_and_die(self, which: int, moment: int) -> None:
        self.update(which, {})
        self.die_while_syncing(25.0, moment)

    @rule(seconds=st.sampled_from([0.0, 25.0]), moment=moments)
    def die_while_syncing(self, seconds: float, moment: int) -> None:
        self.world.wait(seconds)
        self.counted["deaths"] += self.world.dying(moment, self.world.handoff.sync)

    @rule(which=which, moment=st.integers(0, 12))
    def a_revision_comes_during_a_send(self, which: int, moment: int) -> None:
        case = self.case(which)
        with self.world.another() as other:
            self.world.points.plan(moment, lambda: self.submit(case, case.next_revision(), other), UNLOCKED)
            self.world.handoff.sync()
            self.world.points.cancel()

    @rule(moment=st.integers(0, 12), frozen=st.sampled_from([0.0, 61.0, 200.0]))
    def another_worker_comes_in(self, moment: int, frozen: float) -> None:
        """The first stands still for ``frozen`` seconds, outside of a request, and the second does the job."""
        with self.world.another() as other:

            def overtake() -> None:
                self.counted["takeovers"] += 1
                self.world.wait(frozen)
                other.sync()

            self.world.points.plan(moment, overtake, UNLOCKED)
            self.world.handoff.sync()
            self.world.points.cancel()

    @rule()
    def migrate(self) -> None:
        """Every worker ends and a new version opens the ledger: its migrations run, and it is as it was."""
        self.world.restart()
        assert self.world.asks("PRAGMA integrity_check") == [("ok",)]

    @rule(which=which, retry=st.booleans())
    def a_person_drops_or_retries(self, which: int, retry: bool) -> None:
        case = self.case(which)
        handoff = self.world.handoff
        if case.erased and not retry:
            return  # a drop says that a person has erased it by hand, and nobody has
        self.counted["drops and retries"] += handoff.retry(case.id) if retry else handoff.drop(case.id)

    @rule(which=which, moment=st.one_of(st.none(), st.integers(0, 60)))
    def erase(self, which: int, moment: int | None) -> None:
        """A person has a case forgotten; the process may die at it."""
        case = self.case(which)
        if moment is None:
            self.world.handoff.forget(case.id)
        else:
            self.counted["deaths"] += self.world.dying(moment, lambda: self.world.handoff.forget(case.id))
        self.learn_of_erasures()

    @rule(which=which, moment=st.integers(0, 12))
    def erase_during_a_send(self, which: int, moment: int) -> None:
        """Another process erases a case while a worker is at its delivery."""
        case = self.case(which)
        with self.world.another() as other:
            self.world.points.plan(moment, lambda: other.forget(case.id), UNLOCKED)
            self.world.handoff.sync()
            self.world.points.cancel()
        self.learn_of_erasures()

    # ---- the vendors

    @rule(vendor=which, trouble=st.sampled_from(TROUBLES), skip=st.integers(0, 3))
    def trouble(self, vendor: int, trouble: dict[str, Any], skip: int) -> None:
        self.world.plan(vendor=self.vendor(vendor), skip=skip, **trouble)

    @rule(which=which, vendor=which, trouble=st.sampled_from(TROUBLES), skip=st.integers(0, 3))
    def update_in_trouble(self, which: int, vendor: int, trouble: dict[str, Any], skip: int) -> None:
        self.trouble(vendor, trouble, skip)
        self.update(which, {})
        self.sync(25.0)

    @rule(vendor=which, how=st.sampled_from(DOWN))
    def vendor_goes_down_or_comes_up(self, vendor: int, how: str) -> None:
        name = self.vendor(vendor)
        self.world.bring_up(name) if name in self.world.down else self.world.take_down(name, how)

    @rule(vendor=which, share=st.sampled_from([0.0, 0.3, 0.95]))
    def lag(self, vendor: int, share: float) -> None:
        """Listings show a record up to ``settle`` late, searches as late as they like."""
        name, switches = self.vendor(vendor), self.sandbox.switches
        seconds = SETTLE[name] * share
        if name == "zendesk":
            switches.zendesk.listing_lag, switches.zendesk.search_lag = seconds, 3600.0
        elif name == "hubspot":
            switches.hubspot.association_lag, switches.hubspot.search_lag = seconds, seconds and 3600.0
        else:
            switches.slack.history_lag = seconds

    # ---- people

    @rule(which=any_record, act=st.sampled_from(ACTS))
    def a_person(self, which: int, act: str) -> None:
        """Slower than a request: a vendor without compare-and-set could not tell the two apart."""
        if not self.records():
            self.world.handoff.sync()
        self.world.until_nothing_is_on_its_way()
        self.world.wait(1.5)
        there = self.records()
        if not there:
            return
        case, place = there[which % len(there)]
        if place != "ticket" and act in OF_A_TICKET:
            act = "edits"
        if act == "edits":
            shown = next((one for one in reversed(case.acknowledged) if self.shows(place, case, one)), None)
            happened = self.people.edit(place, case.key)
            if happened and shown is not None:
                case.overwritten[place] = shown.token
        elif act == "takes over":
            happened = self.people.take_over(place, case.key)
        elif act == "merges":
            happened = self.people.merge(case.key)
            case.merged = case.merged or happened
        else:
            happened = self.people.close(case.key) if act == "closes" else self.people.delete(place, case.key)
            if happened and case.newest.done and self.is_known(case, place):
                case.gone_for_good.add(place)
        self.counted[f"a person {act}"] += happened

    @rule(which=any_record, act=st.sampled_from(ACTS), changed=which)
    def news_after_a_person(self, which: int, act: str, changed: int) -> None:
        self.a_person(which, act)
        self.update(changed, {})
        self.sync(25.0)

    # ---- time

    @rule(seconds=st.sampled_from([1.0, 15.0, 70.0, 3700.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.wait(seconds)

    @rule(seconds=st.sampled_from([-86_400.0, -3600.0, -90.0, 90.0, 3600.0, 86_400.0]))
    def our_clock_jumps(self, seconds: float) -> None:
        """Not while something is on its way: a clock set forward meanwhile looks like time that has passed, and one
        set back hides when a request was sent whose outcome is still open."""
        self.world.until_nothing_is_on_its_way()
        ours = self.world.ours
        if seconds > 0 or (ours.jumped + seconds >= -LONGEST_BACK and not self.world.has_open_intents()):
            ours.jumped += seconds

    # ---- what must hold

    @invariant()
    def holds(self) -> None:
        self.no_packet_is_lost()
        seen = (self.asked(), self.sandbox.late, self.people.acts)
        if seen != self.seen:  # else no system has changed
            self.seen = seen
            self.there_is_one_record_at_most()
            assert self.remote.public() == []
            assert self.people.undone() == []
            self.nothing_is_made_anew_for_a_case_that_is_done()
            self.nothing_is_made_after_an_erasure()

    def there_is_one_record_at_most(self) -> None:
        assert self.remote.doubled() == {}
        for case in self.cases:
            for place in PLACES:
                ids = self.remote.ids(place, case.key)
                assert len(ids) <= 1, f"{case.id} has {place}s {ids}"

    def nothing_is_made_anew_for_a_case_that_is_done(self) -> None:
        for case in self.cases:
            for place in case.gone_for_good:
                assert self.remote.ids(place, case.key) == [], f"{case.id}: the {place} was made anew"

    def nothing_is_made_after_an_erasure(self) -> None:
        for case in self.cases:
            for place, left in (case.left or {}).items():
                assert set(self.remote.ids(place, case.key)) <= set(left), (
                    f"{case.id}: a {place} came after its erasure"
                )

    def no_packet_is_lost(self) -> None:
        kept = self.world.kept()
        for case in self.cases:
            revision, destinations = kept[case.id]
            if case.erased:
                continue
            assert revision == self.known(case, revision).number
            assert destinations == len(self.world.names)

    @rule()
    def calm(self) -> None:
        """Vendors answer, people retry what is dead, and everything is drained: then each system shows the newest."""
        self.world.no_faults()
        assert self.world.drain(), self.states()
        for case in self.cases:
            self.world.handoff.retry(case.id)
        assert self.world.drain(), self.states()
        self.no_packet_is_lost()
        for case in self.cases:
            self.gone(case) if case.erased else self.arrived(case)
        before = self.asked()
        self.world.handoff.sync()
        assert self.asked() == before, "a run with nothing to do asked a vendor"
        self.counted["drained"] += 1

    # ---- in words

    def case(self, which: int) -> Case:
        return self.cases[which % len(self.cases)]

    def vendor(self, which: int) -> str:
        return self.world.vendors[which % len(self.world.vendors)]

    def records(self) -> list[tuple[Case, str]]:
        """Every record that there is: its case and its place."""
        return [(case, place) for case in self.cases for place in PLACES if self.remote.ids(place, case.key)]

    def asked(self) -> int:
        """A number that changes with every request."""
        return sum(self.sandbox.log.counts.values())

    def learn_of_erasures(self) -> None:
        """An erasure counts from its commit on, whether its process lived to say so or not."""
        erased = {packet_id for (packet_id,) in self.world.asks("SELECT id FROM packets WHERE erased_at IS NOT NULL")}
        for case in self.cases:
            self.counted["erasures"] += case.id in erased and not case.erased
            case.erased = case.id in erased

    def submit(self, case: Case, revision: Revision, handoff: Handoff | None = None) -> Receipt:
        receipt = (handoff or self.world.handoff).submit(case.packet(revision))
        self.learn_of_erasures()
        if case.erased:
            assert receipt.erased, receipt
            return receipt
        later = case.acknowledged and case.newest.number > revision.number
        assert receipt.status == ("stale" if later else "accepted"), receipt
        if not later:
            case.acknowledged.append(revision)
            case.doubtful = None
        return receipt

    def between_judging_and_writing(self, case: Case, mine: Revision, do: Any) -> None:
        real = client.assess_packet

        def judged(*args: Any, **more: Any) -> Any:
            client.assess_packet = real
            found = real(*args, **more)
            do()
            return found

        client.assess_packet = judged
        try:
            self.submit(case, mine)
        finally:
            client.assess_packet = real

    def known(self, case: Case, number: int) -> Revision:
        """The revision that the ledger holds: the newest acknowledged one, or the doubtful one after it."""
        if case.doubtful is not None and number == case.doubtful.number:
            case.acknowledged.append(case.doubtful)
            case.doubtful = None
        return case.newest

    def shows(self, place: str, case: Case, revision: Revision) -> bool:
        return self.remote.shows(place, case.key, revision.token)

    def is_known(self, case: Case, place: str) -> bool:
        """Whether Handoff knows the record: what it never heard of, it makes for the first time."""
        shown = self.world.handoff.show(case.id)
        return shown is not None and any(one.kind == place and one.id for one in shown.records)

    def states(self) -> list[Any]:
        return [(line.id, dict(line.destinations)) for line in self.world.handoff.status()] + list(
            self.world.handoff.dead()
        )

    def arrived(self, case: Case) -> None:
        """Every destination has the case, or says in words why not; and shows its newest revision."""
        shown = self.world.handoff.show(case.id)
        assert shown is not None
        reasons = {one.destination: one.reason or "" for one in shown.records if one.state == "dead"}
        dead = {line.destination: line.reason or "" for line in self.world.handoff.dead() if line.id == case.id}
        for name, state in shown.status.destinations.items():
            if state == "dead":
                assert DELETED_TWICE in dead[name], (case.id, dead, reasons)
                continue
            assert state == "delivered", (case.id, name, state)
            for place in (place for place, where in PLACES.items() if where == name and place != "task"):
                if self.remote.ids(place, case.key) and not (place == "ticket" and case.merged):
                    self.shows_the_newest(place, case)

    def gone(self, case: Case) -> None:
        """Nothing of the case is left but what people wrote, and what a person was told to delete."""
        shown = self.world.handoff.show(case.id)
        assert shown is not None
        dead = {line.destination: line.reason or "" for line in self.world.handoff.dead() if line.id == case.id}
        for name, state in shown.status.destinations.items():
            assert state == "erased" or "delete the ticket by hand" in dead[name], (case.id, name, state, dead)
        for place in ("note", "task", "alert"):
            assert self.remote.ids(place, case.key) == [], f"{case.id}: the {place} is still there"
        told = [f"N{case.number}n{number}n" for number in range(1, case.submitted + 1)]
        kept = [case.overwritten.get("ticket")]
        if "desk" not in dead:
            words = self.remote.words_of_tickets(case.key)
            assert [one for one in told if one in words and one not in kept] == [], f"{case.id}: {words}"
        case.left = {place: self.remote.ids(place, case.key) for place in PLACES}

    def shows_the_newest(self, place: str, case: Case) -> None:
        token = case.newest.token
        if self.shows(place, case, case.newest) or case.overwritten.get(place) == token:
            return
        assert place in case.overwritten, f"{case.id}: the {place} does not show {token}"
        assert self.remote.tells(place, case.key, token), f"{case.id}: nobody is told {token} beside the {place}"
