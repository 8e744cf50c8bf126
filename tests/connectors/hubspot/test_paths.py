"""Where each call goes."""

from __future__ import annotations

import pytest

from handoff_connectors.hubspot.paths import PATHS, Route, Version


@pytest.mark.parametrize("version", list(Version))
def test_every_route_has_a_path_in_every_style(version: Version) -> None:
    assert set(PATHS[version]) == set(Route)


def test_dated_paths_name_no_older_version() -> None:
    assert all("/v3" not in path and "/v4" not in path for path in PATHS[Version.DATED].values())
    assert all("2026" not in path for path in PATHS[Version.LEGACY].values())


def test_both_styles_are_filled_in_with_the_same_values() -> None:
    for route in Route:
        words = [
            {part for part in path.split("/") if part.startswith("{")} for path in (p[route] for p in PATHS.values())
        ]
        assert words[0] == words[1]
