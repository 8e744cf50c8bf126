"""The configuration, checked as every run loads it."""

from __future__ import annotations

import pytest


@pytest.fixture
def broken(desk):
    """A business with an unknown key in line 3."""
    path = desk.business()
    path.write_text(path.read_text().replace("[business]\n", '[business]\nnmae = "x"\n', 1))
    return desk


def test_a_sound_configuration_ends_with_0(desk) -> None:
    desk.business()

    ran = desk.run("check")

    assert ran.code == 0
    assert "handoff.toml: acme is in order" in ran.out


def test_every_format_names_file_line_column_and_the_fix(broken) -> None:
    for form in ("full", "concise"):
        ran = broken.run("check", "--format", form)
        assert ran.code == 78
        assert "handoff.toml:3:1: error: business.nmae: is not a known key." in ran.out
        assert '"name"' in ran.out


def test_json_is_one_object_a_file(broken) -> None:
    for arguments in (("--json",), ("--format", "json")):
        found = broken.run("check", *arguments).objects
        assert len(found) == 1
        assert found[0]["ok"] is False
        assert (found[0]["problems"][0]["line"], found[0]["problems"][0]["key"]) == (3, "business.nmae")


def test_github_annotations_cannot_be_broken_out_of(broken) -> None:
    path = broken.folder / "handoff.toml"
    path.write_text(path.read_text().replace("nmae", '"n,a::m\\ne"'))

    ran = broken.run("check", "--format", "github")

    errors = [line for line in ran.out.splitlines() if line.startswith("::error")]
    assert len(errors) == 1
    assert errors[0].startswith("::error file=handoff.toml,line=3,col=1,title=business.n%2Ca%3A%3Am%0Ae::")


@pytest.mark.parametrize("form", ["full", "concise", "json", "github"])
@pytest.mark.parametrize(
    "line", ['token = "canary-7f3a9"', 'auth = { kind = "x", token = "canary-7f3a9" }', 'token_env = "canary-7f3a9"']
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(desk, form: str, line: str) -> None:
    path = desk.business()
    path.write_text(path.read_text().replace('connector = "notebook"', f'connector = "notebook"\n{line}'))

    ran = desk.run("check", "--format", form)

    assert ran.code == 78
    assert "canary-7f3a9" not in ran.out + ran.err


def test_online_asks_each_destination(desk) -> None:
    desk.business()

    ran = desk.run("check", "--online", "--json")

    assert ran.code == 0
    assert ran.objects[0]["online"][0]["text"] == "works"
    assert "ok  book: token: works" in desk.run("check", "--online").out


def test_an_online_finding_ends_with_1_and_has_a_place_in_the_file(desk) -> None:
    path = desk.business()
    path.write_text(path.read_text().replace('connector = "notebook"', 'connector = "notebook"\ntoken_env = "N"'))
    (desk.folder / "refusing").touch()

    ran = desk.run("check", "--online", "--format", "concise")

    line = path.read_text().splitlines().index('token_env = "N"') + 1
    assert ran.code == 1
    assert f"handoff.toml:{line}:1: error: destinations.book.token_env: token: is refused Make a new one." in ran.out


def test_what_a_vendor_would_not_tell_is_a_note_and_ends_with_0(desk) -> None:
    desk.business()
    (desk.folder / "silent").touch()

    concise = desk.run("check", "--online", "--format", "concise")

    assert concise.code == 0
    assert ": note: destinations.book: pages: cannot be counted" in concise.out
    assert "acme is in order, 1 note" in desk.run("check", "--online").out
    assert "::notice " in desk.run("check", "--online", "--format", "github").out


def test_setting_up_needs_online(desk) -> None:
    desk.business()

    assert desk.run("check", "--set-up").code == 2


@pytest.mark.parametrize("what", ["packet", "config", "tool"])
def test_schemas_are_json(desk, what: str) -> None:
    import json

    if what == "config":
        pytest.importorskip(
            "handoff_connectors.zendesk", reason="the schema holds every announced connector's settings"
        )
    assert json.loads(desk.run("schema", what).out)
