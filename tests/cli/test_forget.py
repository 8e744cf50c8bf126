"""``handoff forget`` and ``handoff prune``."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from handoff_core.cli.fast import nothing_to_sync

ERASES = """
    @classmethod
    def erasure(cls, kind):
        from handoff_core.connector import Erasure
        return Erasure("is torn out", ("The cover stays; buy a new book.",))

    @classmethod
    def trace(cls, payload, seen):
        from handoff_core.connector import Trace
        return Trace(Payload(payload.kind, payload.key, {}))

    def erase(self, write):
        from handoff_core.connector import Erased
        if (self.file.parent / "refusing").exists():
            raise Refused("Notebook does not tear out the page. Take scissors.")
        pages = self._pages()
        pages.pop(write.remote_id, None)
        self.file.write_text(json.dumps(pages))
        return Erased()

    def close(self):
"""


@pytest.fixture
def erasing(desk):
    """A business whose connector can erase, with a packet that has been delivered."""
    path = desk.plugins / "notebook_connector.py"
    path.write_text(path.read_text().replace("\n    def close(self):\n", ERASES))
    desk.business()
    desk.run("submit", desk.packet(customer={"email": "maria@quetzal.example"}))
    assert desk.run("sync").code == 0
    return desk


def test_a_plan_names_rows_records_and_what_stays_and_changes_nothing(erasing) -> None:
    ran = erasing.run("forget", "case-1", "--plan")
    assert ran.code == 0
    for words in (
        "1 revision,",
        "is torn out",
        "https://notebook.example/ho-acme.case-1",
        "The cover stays",
        "Backups",
    ):
        assert words in ran.out
    assert "Boiler" not in ran.out
    assert erasing.pages() != {}
    [planned] = erasing.run("forget", "case-1", "--plan", "--json").objects
    assert planned["planned"]
    assert planned["business"] == "acme"
    [record] = planned["packets"][0]["records"]
    assert (record["destination"], record["kind"], record["by_handoff"]) == ("book", "page", True)


def test_forgetting_erases_here_at_once_and_there_with_the_next_sync(erasing) -> None:
    ran = erasing.run("forget", "case-1")
    assert ran.code == 0
    assert "erased with the next `handoff sync`" in ran.out
    assert b"Boiler" not in b"".join(path.read_bytes() for path in erasing.folder.glob("acme.db*"))
    assert nothing_to_sync(["sync"], erasing.environ) is None, "a run must not take it for nothing due"
    ran = erasing.run("sync")
    assert (ran.code, "1 erased" in ran.out) == (0, True)
    assert erasing.pages() == {}
    assert nothing_to_sync(["sync"], erasing.environ) == 0


def test_now_erases_at_the_vendor_too(erasing) -> None:
    ran = erasing.run("forget", "case-1", "--now")
    assert ran.code == 0
    assert "case-1  book page  erased" in ran.out
    assert erasing.pages() == {}


def test_what_a_process_that_died_had_to_scrub_is_something_to_do(erasing) -> None:
    erasing.run("forget", "case-1", "--now")
    assert nothing_to_sync(["sync"], erasing.environ) == 0
    with closing(sqlite3.connect(erasing.folder / "acme.db")) as connection:
        connection.execute("INSERT INTO meta VALUES ('scrub', '1')")
        connection.commit()
    assert nothing_to_sync(["sync"], erasing.environ) is None
    assert erasing.run("sync").code == 0
    assert nothing_to_sync(["sync"], erasing.environ) == 0


def test_after_an_erasure_every_command_says_so(erasing) -> None:
    erasing.run("forget", "case-1", "--now")
    for command in ("show", "audit"):
        ran = erasing.run(command, "case-1")
        assert ran.code == 0
        assert "erased on " in ran.out
        assert "Boiler" not in ran.out
    assert "summary" in erasing.run("audit", "case-1").out
    [shown] = erasing.run("show", "case-1", "--json").objects
    assert shown["erased_at"] > 0
    assert shown["packet"] == {}
    assert [line["what"] for line in erasing.run("log", "case-1", "--json").objects][-3:] == [
        "forget",
        "erase",
        "delivery",
    ]
    assert erasing.run("status").out == "acme: no open handoffs\n"
    ran = erasing.run("submit", erasing.packet())
    assert ran.code == 1
    assert "was erased on" in ran.out


def test_what_cannot_be_erased_needs_a_person(erasing) -> None:
    (erasing.folder / "refusing").write_text("")
    assert erasing.run("forget", "case-1").code == 0
    ran = erasing.run("sync")
    assert ran.code == 1
    assert "1 given up" in ran.out
    assert "Take scissors" in erasing.run("dead", "show", "case-1").out
    assert erasing.run("status").code == 1
    assert erasing.run("dead", "drop", "case-1").code == 0
    assert erasing.run("status").code == 0


def test_a_connector_that_cannot_erase_is_said_to_be_one(desk) -> None:
    desk.business()
    desk.run("submit", desk.packet())
    desk.run("sync")
    ran = desk.run("forget", "case-1", "--plan")
    assert "cannot be erased by Handoff" in " ".join(ran.out.split())
    assert desk.run("forget", "case-1").code == 1
    assert desk.run("sync").code == 1


def test_an_id_that_nobody_knows_is_told(erasing) -> None:
    ran = erasing.run("forget", "case-1", "case-x", "--plan")
    assert ran.code == 1
    assert "There is no handoff case-x" in ran.err
    ran = erasing.run("forget", "--customer", "nobody@quetzal.example")
    assert ran.code == 1
    assert "Nothing of nobody@quetzal.example is known here." in ran.err


def test_a_customer_is_found(erasing) -> None:
    [result] = erasing.run("forget", "--customer", "MARIA@quetzal.example", "--json").objects
    assert [one["id"] for one in result["packets"]] == ["case-1"]


@pytest.mark.parametrize("arguments", [("forget",), ("forget", "--customer", "  ")])
def test_nobody_named_is_a_usage_error(erasing, arguments: tuple[str, ...]) -> None:
    assert erasing.run(*arguments).code == 2


def test_an_erasure_concerns_one_business(erasing) -> None:
    erasing.business("other")
    assert erasing.run("--config", str(erasing.folder), "forget", "case-1").code == 2


def test_a_packet_that_is_erased_already_is_not_counted_again(erasing) -> None:
    erasing.run("submit", erasing.packet())
    erasing.run("forget", "case-1", "--yes")
    for plan in ([], ["--plan"]):
        ran = erasing.run("forget", "case-1", "--yes", *plan)
        assert "acme: 1 packet is erased already" in ran.out
        assert "would be erased" not in ran.out
        assert "packet erased" not in ran.out
    erasing.run("submit", erasing.packet(id="case-2"))
    ran = erasing.run("forget", "case-1", "case-2", "--plan")
    assert "acme: 1 packet would be erased, 1 packet is erased already" in " ".join(ran.out.split())


def test_prune_says_when_nothing_is_limited(erasing) -> None:
    ran = erasing.run("prune")
    assert (ran.code, ran.out) == (0, "acme: [retention] sets no limit, so nothing is pruned\n")


def test_prune_takes_what_is_too_old(erasing) -> None:
    path = erasing.folder / "handoff.toml"
    path.write_text(path.read_text() + '[retention]\npackets = "1d"\n')
    erasing.run("submit", erasing.packet(state={"status": "done", "text": "repaired"}))
    erasing.run("sync")
    assert "nothing is to be erased" in erasing.run("prune").out
    with closing(sqlite3.connect(erasing.folder / "acme.db")) as connection:
        connection.execute("UPDATE packets SET updated_at = updated_at - 100000")
        connection.commit()
    ran = erasing.run("prune", "--plan")
    assert "1 packet would be erased" in ran.out
    [result] = erasing.run("prune", "--json").objects
    assert [one["id"] for one in result["packets"]] == ["case-1"]
    assert any("the records in Zendesk, HubSpot and Slack" in word for word in result["stays"])
    assert erasing.pages() != {}
    assert json.loads(erasing.run("show", "case-1", "--json").out)["records"][0]["state"] == "kept"
