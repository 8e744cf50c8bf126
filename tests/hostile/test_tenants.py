"""Twenty businesses in one process: no packet, record, owner or token of one is ever seen by another.

All use the same packet ids, the same destination names and the same owner ids, so that whatever is mixed up shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from leaks import canary

from handoff_connectors.sandbox import control
from handoff_connectors.sandbox.request_log import Entry, RequestLog
from handoff_connectors.sandbox.server import Sandbox
from handoff_connectors.sandbox.wire import Call
from handoff_core.cli.main import run
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.testing.factories import make_object
from proof.plugin import Record

BUSINESSES = 20
TOML = """
[business]
id = "biz-{n}"
name = "Business {n}"
[store]
url = "{store}"
[inbox]
path = "inbox-{n}"
[owners.dana]
name = "Owner{n} Owned"
email = "owner@biz-{n}.example"
[destinations.desk]
connector = "zendesk"
base_url = "{zendesk}"
token_env = "ZENDESK_{n}"
brief_field = 360010
settle = "1s"
min_update_interval = "0s"
[destinations.crm]
connector = "hubspot"
base_url = "{hubspot}"
token_env = "HUBSPOT_{n}"
settle = "1s"
min_update_interval = "0s"
[destinations.alerts]
connector = "slack"
base_url = "{slack}"
token_env = "SLACK_{n}"
channel = "C0ALERTS"
settle = "1s"
min_update_interval = "0s"
[routing]
fallback = "dana"
"""
VENDORS = ("zendesk", "hubspot", "slack")


class TokenLog(RequestLog):
    """Keeps, beside the requests, what each carried in Authorization."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str]] = []

    def begin(self, at: float, vendor: str, call: Call) -> Entry:
        self.seen.append((vendor, call.headers.get("authorization", "")))
        return super().begin(at, vendor, call)


@dataclass(frozen=True)
class Tenant:
    """One business with three accounts of its own, which take its tokens only."""

    number: int
    accounts: Sandbox
    log: TokenLog
    config: Path

    @property
    def tokens(self) -> dict[str, str]:
        """Its tokens by vendor."""
        return {vendor: token(vendor, self.number) for vendor in VENDORS}

    @property
    def mark(self) -> str:
        """A word that stands in all of its packets and in no other's."""
        return f"MARK{self.number:02d}X"

    def packet(self, number: int, revision: int) -> str:
        """One revision of a case; ids are the same for all businesses."""
        return json.dumps(
            make_object(
                id=f"case-{number}",
                revision=revision,
                owner=None,
                summary=f"{self.mark} needs help, revision {revision}",
                customer={"name": f"Ann {self.mark}", "email": f"ann@{self.mark.lower()}.example"},
                transcript=[{"speaker": "customer", "text": f"I am {self.mark}"}],
            )
        )

    def everything(self) -> str:
        """All that its three accounts hold and were sent."""
        states = [control._STATES[vendor](self.accounts) for vendor in VENDORS]
        bodies = [(entry.body or b"").decode("utf-8", "replace") for entry in self.log.entries]
        return json.dumps(states, default=str) + "".join(bodies)


def token(vendor: str, number: int) -> str:
    return canary(f"{vendor} of {number}")


@contextmanager
def tenants(folder: Path, count: int = BUSINESSES, store: str = "sqlite:///biz-{n}.db") -> Iterator[list[Tenant]]:
    """So many businesses and their accounts."""
    with ExitStack() as stack:
        made = []
        for number in range(count):
            accounts = Sandbox(limits=False)
            log = TokenLog()
            accounts.log = log
            for gate in accounts._gates:
                gate._log = log
            stack.enter_context(accounts)
            prepare(accounts, number)
            path = folder / f"biz-{number:02d}.toml"
            path.write_text(TOML.format(n=number, store=store.format(n=number), **accounts.urls))
            made.append(Tenant(number, accounts, log, path))
        yield made


def prepare(accounts: Sandbox, number: int) -> None:
    """The account's people, with ids that no other account has, and the tokens that it takes."""
    email, name = f"owner@biz-{number}.example", f"Owner{number} Owned"
    accounts.zendesk.account.add_user(name, email, role="agent", user_id=70_000 + number)
    accounts.hubspot.add_owner(str(80_000 + number), str(90_000 + number), f"Owner{number}", "Owned", email)
    accounts.slack.add_person(f"U0OWNER{number}", f"owner{number}", name, email)
    accounts.zendesk.account.accepted_tokens = {token("zendesk", number)}
    accounts.hubspot.accepted_tokens = {token("hubspot", number)}
    accounts.slack.accepted_tokens = {token("slack", number)}


def secrets_of(all_of_them: Sequence[Tenant]) -> dict[str, str]:
    """One environment with the tokens of all of them: the process knows every secret."""
    return {f"{vendor.upper()}_{one.number}": one.tokens[vendor] for one in all_of_them for vendor in VENDORS}


def crossings(every: Sequence[Tenant], cases: int) -> list[str]:
    """Whatever of one business reached another."""
    found = []
    for one in every:
        wrong = [pair for pair in one.log.seen if pair[1].removeprefix("Bearer ") != one.tokens[pair[0]]]
        found += [f"business {one.number}: {vendor} was sent another's token" for vendor, _ in wrong]
        held = one.everything()
        found += [
            f"business {one.number} holds {other.mark}" for other in every if other is not one and other.mark in held
        ]
        keys = {key.partition("~")[0] for key in one.accounts.records() if key.startswith("ho")}
        if keys != {f"ho-biz-{one.number}.case-{number}" for number in range(cases)}:
            found.append(f"business {one.number} holds {sorted(keys)}")
        if one.accounts.duplicates():
            found.append(f"business {one.number} holds duplicates")
        assignees = {ticket.values["assignee_id"] for ticket in one.accounts.zendesk.every()}
        if assignees != {70_000 + one.number}:
            found.append(f"business {one.number}: tickets of {assignees}")
        if f"<@U0OWNER{one.number}>" not in held:
            found.append(f"business {one.number}: its owner is not mentioned")
    return found


def others(one: Tenant, every: Sequence[Tenant]) -> list[str]:
    """The marks of all businesses but one."""
    return [other.mark for other in every if other is not one]


def deliver_all(every: Sequence[Tenant], cases: int) -> int:
    """Submit and deliver, all businesses at once in threads, revision by revision; how many packets."""
    environ = secrets_of(every)
    with ExitStack() as stack:
        opened = [stack.enter_context(Handoff(load(one.config, environ))) for one in every]
        pairs = list(zip(every, opened, strict=True))
        with ThreadPoolExecutor(8) as pool:
            for revision in (1, 2):
                for number in range(cases):
                    for one, handoff in pairs:  # interleaved: the same id for one business after another
                        assert handoff.submit_text(one.packet(number, revision)).status == "accepted"
                list(pool.map(lambda handoff: handoff.sync(), opened))
            for _ in range(20):
                waiting = [handoff for handoff in opened if handoff.waiting()]
                list(pool.map(lambda handoff: handoff.sync(time_budget=5), waiting))
        for one, handoff in pairs:
            lines = handoff.status()
            assert {line.id for line in lines} == {f"case-{number}" for number in range(cases)}
            assert {line.state for line in lines} == {"delivered"}, [
                line for line in lines if line.state != "delivered"
            ]
            for line in lines:
                shown = json.dumps(handoff.show(line.id).to_object())  # type: ignore[union-attr]
                assert one.mark in shown
                assert not [mark for mark in others(one, every) if mark in shown]
    return len(every) * cases


@pytest.mark.long
def test_twenty_businesses_with_a_ledger_each_never_cross(tmp_path: Path, full_proof: bool, evidence: Record) -> None:
    cases = 8 if full_proof else 2
    with tenants(tmp_path) as every:
        packets = deliver_all(every, cases)
        assert crossings(every, cases) == []
        requests = sum(len(one.log.seen) for one in every)
        assert requests > packets * 3
    evidence(
        "Tenants",
        "Twenty businesses in one process: no packet, record, owner or token of one reaches another.",
        cases=packets * 2,
        businesses=BUSINESSES,
        requests_with_the_right_token=requests,
        crossings=0,
    )


@pytest.mark.long
@pytest.mark.postgres
def test_businesses_in_one_postgresql_store_never_cross(
    tmp_path: Path, full_proof: bool, empty_postgres_url: str, evidence: Record
) -> None:
    cases, count = (4, BUSINESSES) if full_proof else (1, 8)
    with tenants(tmp_path, count, empty_postgres_url) as every:
        packets = deliver_all(every, cases)
        assert crossings(every, cases) == []
        requests = sum(len(one.log.seen) for one in every)
    evidence(
        "Tenants in one PostgreSQL store",
        "Businesses share one database and nothing else.",
        cases=packets * 2,
        businesses=count,
        requests_with_the_right_token=requests,
        crossings=0,
    )


def test_one_command_serves_all_and_a_refused_token_stops_one_account_alone(
    tmp_path: Path, full_proof: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    count = BUSINESSES if full_proof else 5
    with tenants(tmp_path, count) as every:
        for name, value in secrets_of(every).items():
            monkeypatch.setenv(name, value)
        # Business 3 was given the Zendesk token of business 4 by mistake; account 3 does not take it.
        monkeypatch.setenv("ZENDESK_3", every[4].tokens["zendesk"])
        for one in every:
            inbox = tmp_path / f"inbox-{one.number}"
            inbox.mkdir(mode=0o700)
            (inbox / "a.json").write_text(one.packet(0, 1))
        code = run(["--config", str(tmp_path), "sync", "--json", "--time-budget", "60s"])
        results = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert code == 1
        assert {one["business"]: one["taken"] for one in results} == {f"biz-{n}": 1 for n in range(count)}
        assert [one["business"] for one in results if one["parked"]] == ["biz-3"]
        assert list(every[3].accounts.zendesk.every()) == []
        for one in every:
            held = one.everything()
            assert one.mark in held
            assert not [mark for mark in others(one, every) if mark in held]
            if one.number != 3:
                assert {value for _, value in one.log.seen} == {f"Bearer {value}" for value in one.tokens.values()}


def test_a_crossing_would_be_seen(tmp_path: Path) -> None:
    with tenants(tmp_path, 2) as every:
        deliver_all(every, 1)
        assert crossings(every, 1) == []
        first, second = every
        second.log.seen.append(("slack", f"Bearer {first.tokens['slack']}"))
        assert crossings([first, second], 1) == ["business 1: slack was sent another's token"]
        second.log.entries[-1].body = first.mark.encode()
        assert "business 1 holds MARK00X" in crossings([first, second], 1)
