"""Connectors by name, found through the entry points of whatever is installed."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points

from handoff_core.connector import CONNECTORS, Connector, DestinationSettings


class ConnectorMissing(Exception):
    """No connector of that name can be had. ``text`` says what is wrong, ``fix`` what to do."""

    def __init__(self, text: str, fix: str) -> None:
        self.text = text
        self.fix = fix
        super().__init__(f"{text} {fix}")


def connector_names() -> Sequence[str]:
    """The names of all installed connectors, sorted."""
    return sorted({entry.name for entry in entry_points(group=CONNECTORS)})


def connector_class(name: str) -> type[Connector]:
    """The class of the connector ``name``. ConnectorMissing, naming the nearest one, when there is none.

    Its SDK is not imported here: a connector does that when it first needs it.
    """
    found = list(entry_points(group=CONNECTORS, name=name))
    if not found:
        raise ConnectorMissing(*_unknown(name))
    return _loaded(found[0])


def _loaded(entry: EntryPoint) -> type[Connector]:
    try:
        loaded = entry.load()
    except (ImportError, AttributeError) as error:
        raise ConnectorMissing(
            f'The connector "{entry.name}" cannot be loaded: {error}.',
            "Reinstall the package that brings it.",
        ) from error
    model = getattr(loaded, "settings_model", None)
    if not (isinstance(loaded, type) and isinstance(model, type) and issubclass(model, DestinationSettings)):
        raise ConnectorMissing(
            f'"{entry.value}" is not a connector: it has no settings_model made from DestinationSettings.',
            "Tell its author, or take another connector.",
        )
    return loaded


def _unknown(name: str) -> tuple[str, str]:
    names = connector_names()
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        return f'There is no connector "{name[:64]}".', f'Did you mean "{near[0]}"?'
    return f'There is no connector "{name[:64]}".', f"Installed: {', '.join(names) or 'none'}."
