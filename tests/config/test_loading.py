from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from handoff_core.config import Config, load
from handoff_core.config.source import digest_of, read_env, read_source
from handoff_core.errors import ConfigError, ConfigProblem

Load = Callable[..., Config]
Find = Callable[..., tuple[ConfigProblem, ...]]


def test_a_whole_configuration_loads_without_a_word(load_text: Load, whole: str, tmp_path: Path) -> None:
    config = load_text(whole)
    assert config.warnings == ()
    assert config.path == tmp_path / "handoff.toml"
    assert config.business.id == "acme-plumbing"
    assert config.store_url == f"sqlite:///{tmp_path}/handoff.db"
    assert config.sqlite_path == tmp_path / "handoff.db"
    assert config.inbox_path == tmp_path / "inbox"
    assert list(config.destinations) == ["desk", "alerts"]
    assert config.destinations["desk"].settings.timeout == 20.0
    assert (config.delivery.lease, config.delivery.retry.give_up_after) == (60.0, 28 * 3600.0)
    assert [rule.name for rule in config.routing.rules] == ["hot leads", "nights"]


def test_the_smallest_configuration_has_every_default(load_text: Load, tmp_path: Path) -> None:
    config = load_text(
        '[business]\nid = "a"\n[owners.dana]\nname = "Dana"\nemail = "d@a.example"\n'
        '[destinations.desk]\nconnector = "tickets"\nsubdomain = "a"\ntoken_env = "DESK_TOKEN"\n'
        '[routing]\nfallback = "dana"\n'
    )
    assert (config.business.shown_name, config.business.timezone, config.region) == ("a", "UTC", "")
    assert config.hours is None
    assert config.inbox_path is None
    assert config.sqlite_path == tmp_path / "handoff.db"
    assert config.quality.gate == "annotate"
    retry = config.delivery.retry
    assert (config.delivery.lease, retry.first, retry.factor, retry.longest) == (60.0, 5.0, 3.0, 3600.0)


def test_a_destination_whose_connector_is_misspelt_is_told_all_that_is_wrong_with_it(
    problems_in: Find, whole: str
) -> None:
    key = whole.replace('connector = "tickets"', 'conector = "tickets"\nsubdomian = "x"')
    found = {problem.key: problem.fix for problem in problems_in(key)}
    assert found["destinations.desk.conector"] == 'Did you mean "connector"?'
    assert found["destinations.desk.subdomian"] == 'Did you mean "subdomain"?'
    assert found["destinations.desk.connector"].startswith("Write connector =")
    name = whole.replace('connector = "tickets"', 'connector = "ticket"\nsubdomian = "x"')
    found = {problem.key: problem.fix for problem in problems_in(name)}
    assert found["destinations.desk.subdomian"] == 'Did you mean "subdomain"?'
    none = whole.replace('connector = "tickets"', 'subdomian = "x"')
    found = {problem.key: problem.fix for problem in problems_in(none)}
    assert found["destinations.desk.subdomian"] == 'Did you mean "subdomain"?'


def test_all_problems_are_reported_at_once_in_the_order_of_the_file(problems_in: Find, whole: str) -> None:
    broken = (
        whole.replace('id = "acme-plumbing"', 'id = "ACME"')
        .replace('region = "US"', 'region = "us"')
        .replace("[inbox]", "[inbx]")
        .replace("team = true", "team = 1")
        .replace('subdomain = "acme"', 'subdomain = 5\nbase_url = "http://acme.example"')
        .replace('fallback = "dana"', 'fallback = "danna"')
        .replace('lane = ["sales"]', 'lane = "sale"')
        .replace('owner = "support"', 'owner = "supprt"')
        .replace('gate = "annotate"', 'gate = "x"')
        .replace('first = "5s"', "first = 5")
    )
    problems = problems_in(broken)
    assert [(problem.line, problem.key) for problem in problems] == [
        (2, "business.id"),
        (5, "business.region"),
        (14, "inbx"),
        (24, "owners.support.team"),
        (29, "destinations.desk.subdomain"),
        (30, "destinations.desk.base_url"),
        (40, "routing.fallback"),
        (44, "routing.rules.0.when.lane"),
        (51, "routing.rules.1.owner"),
        (54, "quality.gate"),
        (58, "delivery.retry.first"),
    ]
    assert all(problem.text and problem.fix and problem.column >= 1 for problem in problems)


def test_a_syntax_error_is_reported_alone_with_its_place(problems_in: Find, whole: str) -> None:
    [problem] = problems_in(whole.replace('region = "US"', "region = US") + "\n[nonsense]\n")
    assert (problem.line, problem.column) == (5, 10)
    assert problem.text == "This is not TOML: Invalid value."


def test_a_syntax_error_at_the_end_has_a_place_too(problems_in: Find) -> None:
    [problem] = problems_in("[business]\nid =")
    assert problem.line == 2


def test_a_key_that_stands_twice_is_a_syntax_error(problems_in: Find) -> None:
    [problem] = problems_in('[business]\nid = "a"\nid = "b"\n')
    assert problem.line == 3
    assert "Cannot overwrite a value" in problem.text


def test_a_number_of_5000_digits_is_refused_with_its_line(problems_in: Find) -> None:
    [problem] = problems_in(f"x = 1\ny = {'9' * 5000}\n")
    assert (problem.line, problem.text) == (2, "This number has too many digits.")


def test_a_file_that_is_not_utf8_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "handoff.toml").write_bytes(b'[business]\nname = "M\xfcller"\n')
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "handoff.toml", {})
    [problem] = caught.value.problems
    assert (problem.line, problem.column, problem.text) == (2, 10, "The file is not UTF-8 text.")


def test_a_byte_order_mark_is_overlooked(tmp_path: Path, whole: str) -> None:
    (tmp_path / "handoff.toml").write_bytes(b"\xef\xbb\xbf" + whole.replace("acme-plumbing", "ACME").encode())
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "handoff.toml", {"DESK_TOKEN": "x", "TALK_TOKEN": "y"})
    assert [(problem.line, problem.column) for problem in caught.value.problems] == [(2, 1)]


@pytest.mark.parametrize("kind", ["nothing", "folder", "fifo"])
def test_what_is_no_file_is_refused_without_waiting(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "handoff.toml"
    if kind == "folder":
        path.mkdir()
    if kind == "fifo":
        os.mkfifo(path)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    [problem] = caught.value.problems
    assert problem.text in {"There is no such file.", "This is not a file."}
    assert problem.fix


def test_an_empty_file_says_what_is_needed(problems_in: Find) -> None:
    keys = [problem.key for problem in problems_in("")]
    assert sorted(keys) == ["business.id", "destinations", "owners", "routing.fallback"]


def test_tables_that_are_no_tables_are_reported_each(problems_in: Find) -> None:
    names = ["business", "store", "secrets", "inbox", "owners", "destinations", "routing", "quality", "delivery"]
    names += ["lanes", "review", "privacy", "retention", "triage", "agents"]
    problems = problems_in("".join(f"{name} = 1\n" for name in names))
    assert {problem.key for problem in problems} >= set(names)


def test_a_broken_owner_is_still_known_by_name(problems_in: Find, whole: str) -> None:
    problems = problems_in(whole.replace('name = "Dana Fields"', "name = 5"))
    assert [problem.key for problem in problems] == ["owners.dana.name"]


def test_of_a_thousand_mistakes_alike_the_first_are_told_and_the_others_counted(problems_in: Find, whole: str) -> None:
    many = "\n".join(f"nonsense_{number} = 1" for number in range(1000))
    *told, counted = problems_in(f"{many}\n{whole}")
    assert [problem.key for problem in told] == [f"nonsense_{number}" for number in range(20)]
    assert "980 more after it: each is not a known table." in counted.text
    assert counted.fix


def test_a_file_that_is_full_of_other_mistakes_is_not_told_whole_either(problems_in: Find, whole: str) -> None:
    found = problems_in(whole + "".join("[[routing.rules]]\n" for _ in range(1000)))
    assert len(found) == 201
    assert any("800 more are not told" in problem.text for problem in found)
    assert all(problem.fix for problem in found)


def test_a_home_of_nobody_is_a_folder_like_any_other(load_text: Load, whole: str, tmp_path: Path) -> None:
    config = load_text(whole.replace('path = "inbox"', 'path = "~nobody-of-this-name/inbox"'))
    assert config.inbox_path == tmp_path / "~nobody-of-this-name" / "inbox"


def test_the_digest_changes_with_the_file_and_with_its_secrets(load_text: Load, whole: str, tmp_path: Path) -> None:
    first = load_text(whole, env="DESK_TOKEN=a\n").digest
    assert load_text(whole, env="DESK_TOKEN=a\n").digest == first
    assert load_text(whole, env="DESK_TOKEN=b\n").digest != first
    assert load_text(whole + "\n", env="DESK_TOKEN=a\n").digest != first


def test_the_start_up_path_counts_the_same_digest(load_text: Load, whole: str) -> None:
    config = load_text(whole, env="DESK_TOKEN=a\n")
    source = read_source(config.path)
    assert digest_of(source, read_env(source)) == config.digest


def test_a_postgresql_store_stays_as_it_is_written(load_text: Load, whole: str) -> None:
    config = load_text(whole.replace("sqlite:///handoff.db", "postgresql://u@db.example:5433/handoff"))
    assert (config.store_url, config.sqlite_path) == ("postgresql://u@db.example:5433/handoff", None)


def test_absolute_paths_stay_absolute(load_text: Load, whole: str) -> None:
    config = load_text(whole.replace("sqlite:///handoff.db", "sqlite:////var/lib/x.db").replace('"inbox"', '"/in"'))
    assert (config.sqlite_path, config.inbox_path) == (Path("/var/lib/x.db"), Path("/in"))


def test_a_rehearsal_on_a_loopback_address_is_permitted(load_text: Load, whole: str) -> None:
    for origin in ("http://127.0.0.1:8601/", "http://localhost:1", "http://[::1]:99", "https://desk.example:8443"):
        config = load_text(whole.replace('subdomain = "acme"', f'subdomain = "acme"\nbase_url = "{origin}"'))
        assert config.destinations["desk"].settings.base_url == origin.rstrip("/")


def test_an_owner_has_his_identity_where_it_is_known(load_text: Load, whole: str) -> None:
    config = load_text(whole)
    assert config.owner("dana", "desk").identity == "9001"
    assert config.owner("dana").identity is None
    assert config.people("alerts")["support"].identity == "S0SUP"
    with pytest.raises(KeyError):
        config.owner("nobody")


def test_findings_made_after_loading_can_be_placed(load_text: Load, whole: str) -> None:
    config = load_text(whole)
    assert config.position(("destinations", "desk", "fields", "360001")) == (31, 12)
    assert config.position(("destinations", "desk", "brief_field")) == (27, 15)
