"""Sample packets and contract suites, public and versioned, for whoever writes a connector or a mapping."""

from __future__ import annotations

import sys

if "pytest" in sys.modules:  # so that a failing test of the suites shows the values that it compared
    sys.modules["pytest"].register_assert_rewrite(
        "handoff_core.testing.connector_contract",
        "handoff_core.testing.contract_ground",
        "handoff_core.testing.fault_contract",
        "handoff_core.testing.customers_contract",
        "handoff_core.testing.ledger_contract",
        "handoff_core.testing.case",
    )
