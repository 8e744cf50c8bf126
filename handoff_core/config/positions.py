"""Where each key of a TOML text stands, by its path. Used only when there is something to point at."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

KeyPath = tuple[str | int, ...]
Position = tuple[int, int]
"""Line and column, both from 1; the column counts characters."""

_KEYS = ("bare_key", "quoted_key", "dotted_key")
_HEADERS = {"table", "table_array_element"}


def positions(content: bytes) -> Mapping[KeyPath, Position]:
    """Every key, table, array-of-tables element and array item of a TOML text, by its path in the parsed document.

    A dotted key stands where its last part stands, a table where its header names it, an item where it begins.
    """
    # Imported here: a run without a problem never needs a parser with positions.
    import tree_sitter_toml
    from tree_sitter import Language, Parser

    tree = Parser(Language(tree_sitter_toml.language())).parse(content)
    walk = _Walk(content)
    walk.document(tree.root_node)
    return walk.found


def nearest_position(found: Mapping[KeyPath, Position], path: KeyPath) -> Position:
    """The position of a path, else of the innermost table around it; (1, 1) when not even that is in the file."""
    for length in range(len(path), 0, -1):
        position = found.get(path[:length])
        if position is not None:
            return position
    return (1, 1)


class _Walk:
    def __init__(self, content: bytes) -> None:
        self.lines = content.split(b"\n")
        self.found: dict[KeyPath, Position] = {}
        self.counts: dict[KeyPath, int] = {}

    def document(self, root: Node) -> None:
        for child in root.children:
            if child.type == "pair":
                self._pair((), child)
            elif child.type in _HEADERS:
                self._table(child)

    def _table(self, node: Node) -> None:
        parts = [part for child in node.children if child.type in _KEYS for part in self._parts(child)]
        path: KeyPath = ()
        for number, (name, position) in enumerate(parts, start=1):
            path = (*path, name)
            last = number == len(parts)
            self.found.setdefault(path, position)
            if last and node.type == "table_array_element":
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
                self.found.setdefault(path, position)
        if parts:
            # The table's own header says more than an earlier one that only passed through it.
            self.found[path] = parts[-1][1]
        for child in node.children:
            if child.type == "pair":
                self._pair(path, child)

    def _pair(self, base: KeyPath, node: Node) -> None:
        path = base
        for child in node.children:
            if child.type in _KEYS:
                for name, position in self._parts(child):
                    path = (*path, name)
                    self.found.setdefault(path, position)
            # A comment at the end of the line is a child of the pair too, behind the value.
            elif child.is_named and child.type != "comment":
                self._value(path, child)

    def _value(self, path: KeyPath, node: Node) -> None:
        if node.type == "inline_table":
            for child in node.children:
                if child.type == "pair":
                    self._pair(path, child)
        elif node.type == "array":
            items = [child for child in node.children if child.is_named and child.type != "comment"]
            for number, child in enumerate(items):
                self.found[(*path, number)] = self._position(child)
                self._value((*path, number), child)

    def _parts(self, node: Node) -> Iterator[tuple[str, Position]]:
        if node.type == "dotted_key":
            for child in node.children:
                if child.type in _KEYS:
                    yield from self._parts(child)
            return
        text = (node.text or b"").decode("utf-8", "replace")
        yield _unquoted(text), self._position(node)

    def _position(self, node: Node) -> Position:
        row, column = node.start_point
        return row + 1, len(self.lines[row][:column].decode("utf-8", "replace")) + 1


def _unquoted(key: str) -> str:
    if not key.startswith(('"', "'")):
        return key
    try:
        return next(iter(tomllib.loads(f"{key} = 0")))
    except tomllib.TOMLDecodeError:
        return key[1:-1]
