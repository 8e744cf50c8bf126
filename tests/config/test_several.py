"""Several businesses in one run."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff_core.config import Loaded, load_many

TOKENS = {"DESK_TOKEN": "desk-secret-1", "TALK_TOKEN": "talk-secret-1"}


@pytest.fixture
def shop(tmp_path: Path, whole: str) -> Path:
    """A second business in a folder of its own, in accounts of its own."""
    folder = tmp_path / "shop"
    folder.mkdir()
    text = whole.replace('id = "acme-plumbing"', 'id = "shop"').replace('subdomain = "acme"', 'subdomain = "shop"')
    text = text.replace("TALK_TOKEN", "SHOP_TALK_TOKEN")
    (folder / "handoff.toml").write_text(text)
    return folder / "handoff.toml"


@pytest.fixture
def acme(tmp_path: Path, whole: str) -> Path:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "handoff.toml").write_text(whole)
    return folder / "handoff.toml"


def load_both(*paths: Path) -> Loaded:
    return load_many(paths, {**TOKENS, "SHOP_TALK_TOKEN": "another-long-secret"})


def keys_of(loaded: Loaded) -> list[str]:
    return [problem.key for error in loaded.errors for problem in error.problems]


def test_two_businesses_load_beside_each_other(acme: Path, shop: Path) -> None:
    loaded = load_both(acme, shop)
    assert [config.business.id for config in loaded.configs] == ["acme-plumbing", "shop"]
    assert loaded.errors == ()
    assert all(config.warnings == () for config in loaded.configs)


def test_one_that_is_broken_does_not_stop_the_other(acme: Path, shop: Path) -> None:
    acme.write_text("nonsense")
    loaded = load_both(acme, shop)
    assert [config.business.id for config in loaded.configs] == ["shop"]
    assert [error.problems[0].file for error in loaded.errors] == [str(acme)]


def test_a_folder_stands_for_its_files_in_the_order_of_their_names(tmp_path: Path, acme: Path, shop: Path) -> None:
    both = tmp_path / "both"
    both.mkdir()
    text = shop.read_text().replace("handoff.db", "shop.db").replace('"inbox"', '"shop-inbox"')
    (both / "b.toml").write_text(text)
    (both / "a.toml").write_text(acme.read_text())
    (both / "notes.txt").write_text("not a configuration")
    assert [config.path.name for config in load_both(both).configs] == ["a.toml", "b.toml"]


def test_a_file_that_is_named_twice_is_one_business(acme: Path) -> None:
    loaded = load_both(acme, acme.parent, acme.parent / ".." / "acme" / "handoff.toml")
    assert (len(loaded.configs), loaded.errors) == (1, ())


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    loaded = load_both(tmp_path)
    assert loaded.configs == ()
    assert "no *.toml" in loaded.errors[0].problems[0].text


def test_an_id_belongs_to_one_business(acme: Path, shop: Path) -> None:
    shop.write_text(shop.read_text().replace('id = "shop"', 'id = "acme-plumbing"'))
    loaded = load_both(acme, shop)
    assert keys_of(loaded) == ["business.id"]
    assert loaded.errors[0].problems[0].line == 2
    assert len(loaded.configs) == 1


def test_a_sqlite_file_belongs_to_one_business(acme: Path, shop: Path) -> None:
    (shop.parent / "handoff.db").symlink_to(acme.parent / "handoff.db")
    assert keys_of(load_both(acme, shop)) == ["store.url"]


def test_an_inbox_belongs_to_one_business(acme: Path, shop: Path) -> None:
    shop.write_text(shop.read_text().replace('path = "inbox"', 'path = "../acme/inbox"'))
    assert keys_of(load_both(acme, shop)) == ["inbox.path"]


def test_an_outbox_belongs_to_one_business(acme: Path, shop: Path) -> None:
    acme.write_text(acme.read_text() + '[agents.planner]\noutbox = "outbox"\n')
    shop.write_text(shop.read_text() + '[agents.writer]\noutbox = "../acme/outbox"\n')
    loaded = load_both(acme, shop)
    assert keys_of(loaded) == ["agents.writer.outbox"]
    assert "replace each other" in loaded.errors[0].problems[0].text


def test_a_postgresql_store_may_be_shared(acme: Path, shop: Path) -> None:
    for path in (acme, shop):
        path.write_text(path.read_text().replace("sqlite:///handoff.db", "postgresql://u@h/handoff"))
    assert load_both(acme, shop).errors == ()


def test_an_account_that_two_stores_use_is_a_warning_in_both(acme: Path, shop: Path) -> None:
    shop.write_text(shop.read_text().replace('subdomain = "shop"', 'subdomain = "acme"'))
    loaded = load_both(acme, shop)
    assert [[warning.key for warning in config.warnings] for config in loaded.configs] == [["destinations.desk"]] * 2
    assert "rate" in loaded.configs[0].warnings[0].fix


def test_an_account_in_one_shared_store_is_no_warning(acme: Path, shop: Path) -> None:
    for path in (acme, shop):
        text = path.read_text().replace("sqlite:///handoff.db", "postgresql://u@h/handoff")
        path.write_text(text.replace('subdomain = "shop"', 'subdomain = "acme"'))
    assert all(config.warnings == () for config in load_both(acme, shop).configs)
