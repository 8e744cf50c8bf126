"""Rate slots of one account, by the ledger alone."""

from __future__ import annotations

from handoff_core.connector import Limit
from handoff_core.ledger import accounts
from handoff_core.ledger.store import Ledger
from handoff_core.testing.clock import FakeClock

LIMITS = {"update": Limit(50, 60.0, burst=5)}


def test_what_is_critical_goes_before_a_burst_of_everything_else(tmp_path):
    limits = {"api": Limit(70, 60.0, burst=10)}
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}", clock=FakeClock())
    now = ledger.now()
    with ledger.write() as tx:
        while accounts.reserve(tx, "acme", {"api": 1}, limits, share=0.8, now=now).taken:
            pass
        slot = accounts.reserve(tx, "acme", {"api": 1}, limits, share=0.8, now=now, critical=True)
    ledger.close()
    assert (slot.at, slot.taken) == (now, True)


def test_whatever_is_critical_the_vendor_s_limit_keeps_a_reserve(tmp_path):
    clock = FakeClock()
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}", clock=clock)
    taken: list[float] = []
    with ledger.write() as tx:
        while clock.advance(0.05) < taken[0] + 180 if taken else True:
            slot = accounts.reserve(
                tx, "acme", {"update": 1}, LIMITS, share=0.8, now=clock.now(), critical=True, ahead=0.1
            )
            taken += [slot.at] if slot.taken else []
    ledger.close()
    most = max(sum(start <= one < start + 60 for one in taken) for start in taken)
    assert 40 <= most <= 48  # calls that start a little later than their slot still fit into the 50
