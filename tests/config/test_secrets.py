from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from handoff_core.config import Config
from handoff_core.config.pasted import without_tokens
from handoff_core.errors import ConfigProblem

Load = Callable[..., Config]
Find = Callable[..., tuple[ConfigProblem, ...]]


def test_the_environment_wins_over_the_file(load_text: Load, whole: str) -> None:
    config = load_text(whole, environ={"DESK_TOKEN": "from-environment"}, env="DESK_TOKEN=from-file\nTALK_TOKEN=t\n")
    assert config.secret("DESK_TOKEN") == "from-environment"
    assert config.secret("TALK_TOKEN") == "t"


def test_an_empty_variable_counts_as_not_set(load_text: Load, whole: str) -> None:
    config = load_text(whole, environ={"DESK_TOKEN": "", "TALK_TOKEN": ""}, env="DESK_TOKEN=x\nTALK_TOKEN=\n")
    assert config.secret("DESK_TOKEN") == "x"
    with pytest.raises(KeyError):
        config.secret("TALK_TOKEN")


def test_dollar_signs_in_a_secret_arrive_as_they_are(load_text: Load, whole: str) -> None:
    config = load_text(whole, environ={"HOME_TOWN": "leak"}, env="DESK_TOKEN=a${HOME_TOWN}b$c\nTALK_TOKEN=t\n")
    assert config.secret("DESK_TOKEN") == "a${HOME_TOWN}b$c"


def test_only_the_named_file_is_read(load_text: Load, whole: str, tmp_path: Path) -> None:
    (tmp_path / "other.env").write_text("DESK_TOKEN=right\nTALK_TOKEN=t\n")
    config = load_text(whole.replace('".env"', '"other.env"'), environ={}, env="DESK_TOKEN=wrong\n")
    assert config.secret("DESK_TOKEN") == "right"


def test_without_a_named_file_none_is_read(load_text: Load, whole: str) -> None:
    config = load_text(whole.replace('[secrets]\nenv_file = ".env"\n', ""), environ={}, env="DESK_TOKEN=wrong\n")
    with pytest.raises(KeyError):
        config.secret("DESK_TOKEN")


def test_a_variable_that_is_set_nowhere_is_a_warning_that_names_it(problems_in: Find, whole: str) -> None:
    [problem] = problems_in(whole, environ={"TALK_TOKEN": "t"})
    assert (problem.severity, problem.key, problem.line) == ("warning", "destinations.desk.token_env", 30)
    assert "DESK_TOKEN is not set" in problem.text
    assert problem.fix == "Set it in the environment or in .env."


def test_each_variable_of_an_auth_table_is_looked_for(problems_in: Find, whole: str) -> None:
    auth = 'auth = { kind = "client_credentials", client_id_env = "CLIENT", client_secret_env = "CLIENT_SECRET" }'
    found = problems_in(whole.replace('token_env = "DESK_TOKEN"', auth))
    assert [problem.key.rpartition(".")[2] for problem in found] == ["client_id_env", "client_secret_env"]


def test_a_token_that_looks_like_a_variable_is_not_repeated(problems_in: Find, whole: str) -> None:
    [problem] = problems_in(whole.replace("DESK_TOKEN", "deadbeefcanary"))
    assert "deadbeefcanary" not in str(problem)
    assert problem.severity == "warning"


def test_a_token_in_a_table_without_a_connector_is_refused_too(problems_in: Find, whole: str) -> None:
    found = problems_in(whole.replace('connector = "talk"', 'api_key = "canary"'))
    assert {problem.key for problem in found} == {"destinations.alerts.connector", "destinations.alerts.api_key"}
    assert not any("canary" in str(problem) for problem in found)


PASTED = ("xoxb-1234567890-AbCdEfGhIjKlMnOp", "pat-na1-0a1b2c3d-1111-2222-3333-444455556666", "pZq7yW9kLm2Xv4Bn8Rt6")


@pytest.mark.parametrize("token", PASTED)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[destinations.alerts]\n", '[destinations.alerts]\n{} = "x"\n'),
        ("[destinations.alerts]\n", '[destinations.alerts]\n"{}" = "x"\n'),
        ("[destinations.alerts]\n", "[{}]\na = 1\n[destinations.alerts]\n"),
        ("[destinations.alerts]\n", "[privacy.{}]\nredact = []\n[destinations.alerts]\n"),
        ("[destinations.alerts]\n", "[lanes.{}]\nrequire = []\n[destinations.alerts]\n"),
    ],
)
def test_a_token_in_the_place_of_a_name_is_not_repeated(
    problems_in: Find, whole: str, token: str, before: str, after: str
) -> None:
    found = problems_in(whole.replace(before, after.format(token)))
    assert any("***" in problem.key for problem in found)
    assert not any(token[:12] in str(problem) or token[-12:] in str(problem) for problem in found)


def test_a_key_that_is_a_token_is_told_to_be_renewed(problems_in: Find, whole: str) -> None:
    [problem] = problems_in(whole.replace("[destinations.alerts]", f'[destinations.alerts]\n{PASTED[0]} = "x"'))
    assert problem.key == "destinations.alerts.***"
    assert "renew the secret" in problem.fix


@pytest.mark.parametrize(
    "name",
    ["customField360012345678", "serviceAppointment2024Id", "hs_v2_date_entered_appointmentscheduled", "team-emea"],
)
def test_a_long_name_is_no_token(name: str) -> None:
    assert without_tokens(f"fields.{name} is not known") == f"fields.{name} is not known"


def test_a_file_of_secrets_in_another_encoding_is_a_problem(problems_in: Find, whole: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("DESK_TOKEN=x\n".encode("utf-16"))
    [problem] = problems_in(whole)
    assert (problem.key, problem.text) == ("secrets.env_file", "names a file that is not UTF-8 text.")


def test_a_file_of_secrets_that_is_a_folder_is_a_problem(problems_in: Find, whole: str, tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    [problem] = problems_in(whole)
    assert problem.key == "secrets.env_file"


def test_no_secret_shows_in_the_text_of_a_configuration(load_text: Load, whole: str) -> None:
    config = load_text(whole, environ={"TALK_TOKEN": "canary-environment"}, env="DESK_TOKEN=canary-file\n")
    assert "canary" not in repr(config)
    assert "canary" not in repr(config.secrets)


def test_an_account_that_hangs_on_a_missing_secret_has_a_name_of_its_own(load_text: Load, whole: str) -> None:
    config = load_text(whole, environ={})
    assert config.account_of("desk") == "tickets:acme"
    assert config.account_of("alerts") == "talk:?alerts"
    assert load_text(whole).account_of("alerts") == "talk:len13"
