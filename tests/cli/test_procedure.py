"""``handoff procedure`` writes the page, and over nothing else."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def business(desk: Any) -> Any:
    assert desk.run("init", "--yes", "--kind", "sales").code == 0
    return desk


def test_it_prints_markdown(business: Any) -> None:
    ran = business.run("procedure")
    assert ran.code == 0
    assert "# How AI hands work to people at My business" in ran.out
    assert "## 11. Agreed" in ran.out


@pytest.mark.parametrize(("name", "start"), [("sop.md", "<!-- handoff"), ("sop.HTML", "<!doctype html>")])
def test_it_writes_a_file_and_writes_it_anew(name: str, start: str, business: Any) -> None:
    for _ in range(2):
        ran = business.run("procedure", "--out", name)
        assert ran.code == 0, ran.err
        assert (business.folder / name).read_text().startswith(start)


def test_a_file_that_is_something_else_stays(business: Any) -> None:
    (business.folder / "README.md").write_text("mine")

    ran = business.run("procedure", "--out", "README.md")

    assert ran.code == 2
    assert "--force" in ran.err
    assert (business.folder / "README.md").read_text() == "mine"
    assert business.run("procedure", "--out", "README.md", "--force").code == 0


@pytest.mark.parametrize("name", ["sop.pdf", "nowhere/sop.md"])
def test_what_cannot_be_written_is_a_usage_error(name: str, business: Any) -> None:
    assert business.run("procedure", "--out", name).code == 2


def test_programs_get_the_page_as_an_object(business: Any) -> None:
    (page,) = business.run("procedure", "--json").objects
    assert page["open_questions"] == []
    never = next(one for one in page["sections"] if one["title"] == "What the AI never decides")
    assert "discount" in never["items"]


def test_open_questions_are_named(desk: Any) -> None:
    desk.business()
    ran = desk.run("procedure", "--out", "sop.md")
    assert "not answered yet: What does the AI never decide?" in ran.out


def test_check_names_each_question_that_is_not_answered_and_ends_with_0(desk: Any) -> None:
    desk.business()
    ran = desk.run("check", "--json")
    assert ran.code == 0
    assert [one["key"] for one in ran.objects[0]["problems"] if one["severity"] == "hint"] == [
        "review.always", "lanes", "review.ai_never_decides", "lanes",
    ]  # fmt: skip
    assert "acme is in order, 4 hints" in desk.run("check").out
    assert "::notice" in desk.run("check", "--format", "github").out


def test_check_names_what_init_could_not_know(business: Any) -> None:
    found = business.run("check", "--json").objects[0]["problems"]
    assert [one["key"] for one in found if one["severity"] == "hint"] == [
        "owners.owner.email", "owners.second.email", "destinations.desk.subdomain", "destinations.alerts.channel",
    ]  # fmt: skip


def test_a_packet_is_previewed_as_markdown_with_what_its_reader_may_see(desk: Any) -> None:
    desk.business()
    file = desk.packet(customer={"name": "Maria Lindqvist", "phone": "+1 312 555 0142"})

    least = desk.run("preview", file, "--format", "markdown")
    book = desk.run("preview", file, "--format", "markdown", "--destination", "book")

    assert least.code == book.code == 0
    assert "555 0142" not in least.out
    assert "## Withheld here" in least.out
    assert "555 0142" in book.out
    assert "## Next action" in book.out
    assert desk.run("preview", file, "--format", "markdown", "--json").code == 2
