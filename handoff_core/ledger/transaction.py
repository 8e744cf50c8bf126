"""One open transaction: statements are written in SQLAlchemy Core, compiled once, and run on the driver itself.

Building and compiling a statement costs several times what the database takes to run it, and a delivery runs some
hundred of them. So a statement is compiled at its first use and kept with the names of its parameters; from then on
only the driver stands between a function of this package and the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Boolean, ColumnElement, Dialect, Executable, Insert, Select
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.selectable import CompoundSelect

from handoff_core.ledger.names import State

_STATES = frozenset(state.value for state in State)
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
Bound = Mapping[str, Any] | tuple[Any, ...]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as the driver takes it."""

    sql: str
    bind: Callable[[Mapping[str, Any]], Bound]
    """The driver's parameters from those given: in order for SQLite, which takes them sooner than by name."""
    flags: tuple[int, ...]
    """Columns that are true or false; SQLite keeps them as numbers."""


class Compiler:
    """Keeps what was compiled for one dialect. A statement is known by its identity, so build it once."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.dialect = dialect.name
        self._kept: WeakKeyDictionary[Executable, dict[tuple[str, ...], Prepared]] = WeakKeyDictionary()

    def prepare(self, statement: Executable, given: Mapping[str, Any]) -> Prepared:
        """The statement for parameters of these names."""
        # An insert names only the columns that it is given; everything else has its parameters written out.
        shape = tuple(given) if isinstance(statement, Insert) else ()
        kept = self._kept.get(statement)
        if kept is None:
            kept = self._kept[statement] = {}
        prepared = kept.get(shape)
        if prepared is None:
            prepared = kept[shape] = self._compile(statement, shape)
        return prepared

    def _compile(self, statement: Executable, columns: tuple[str, ...]) -> Prepared:
        assert isinstance(statement, ClauseElement)
        compiled = self._compiled(statement, column_keys=list(columns) or None)
        constants = {name: bind.effective_value for bind, name in compiled.bind_names.items() if not bind.required}
        if compiled.post_compile_params:
            # IN with a list of values that stands in the statement; such a statement takes no parameters besides.
            compiled = self._compiled(statement, compile_kwargs={"render_postcompile": True})
            constants = dict(compiled.params)
        chosen: Iterable[ColumnElement[Any]] = (
            statement.selected_columns if isinstance(statement, Select | CompoundSelect) else ()
        )
        flags = tuple(place for place, column in enumerate(chosen) if isinstance(column.type, Boolean))
        if compiled.positiontup is not None:
            return Prepared(str(compiled), _in_order(compiled.positiontup, constants), flags)
        return Prepared(str(compiled), _by_name(constants), ())

    def _compiled(self, statement: ClauseElement, **options: Any) -> SQLCompiler:
        compiled = statement.compile(dialect=self._dialect, **options)
        assert isinstance(compiled, SQLCompiler)
        return compiled


class ConstantsInText(SQLiteCompiler):
    """Writes a statement's numbers and names of states into its text; whatever a caller gives is a parameter.

    SQLite plans a statement anew for each value that is bound where it could choose the plan by it: a LIMIT, a column
    of which some index holds only some values. That takes five times what the search takes. No other text is written
    out: it may be a customer's. Nor is a float, which SQLite may read as another one in its last bit.
    """

    def visit_bindparam(self, bindparam: Any, **options: Any) -> Any:  # type: ignore[override]
        """A constant as SQL, a parameter as its name."""
        constant = not bindparam.required and _is_plain(bindparam.value)
        options["literal_binds"] = options.get("literal_binds") or constant
        return super().visit_bindparam(bindparam, **options)  # type: ignore[no-untyped-call]


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return value is None or (isinstance(value, str) and value in _STATES)


class Result:
    """What a statement gave: its rows, read whole, or how many it changed."""

    __slots__ = ("_description", "_rows", "rowcount")

    def __init__(self, cursor: Any, flags: tuple[int, ...] = ()) -> None:
        self.rowcount: int = cursor.rowcount
        self._description = cursor.description
        self._rows: list[Row] = []
        if self._description is not None:
            self._rows = cursor.fetchall()
            if flags:
                self._rows = [_with_flags(row, flags) for row in self._rows]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def all(self) -> list[Row]:
        """Every row."""
        return self._rows

    def first(self) -> Row | None:
        """The first row, or None."""
        return self._rows[0] if self._rows else None

    def one(self) -> Row:
        """The only row. LookupError when there is none, or more than one."""
        if len(self._rows) != 1:
            raise LookupError(f"one row was expected, {len(self._rows)} came")
        return self._rows[0]

    def scalar(self) -> Any:
        """The first row's first column, or None."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """The only row's first column."""
        return self.one()[0]

    def scalars(self) -> Iterator[Any]:
        """Every row's first column."""
        return (row[0] for row in self._rows)

    def mappings(self) -> list[dict[str, Any]]:
        """Every row as a dictionary by column."""
        columns = [column[0] for column in self._description or ()]
        return [dict(zip(columns, row, strict=True)) for row in self._rows]


class Transaction:
    """What ``Ledger.write`` and ``Ledger.read`` give, and the modules of this package take."""

    __slots__ = ("_at", "_compiler", "_connection", "dialect")

    def __init__(self, connection: Any, compiler: Compiler, at: Callable[[str], None] | None = None) -> None:
        self._connection = connection
        self._compiler = compiler
        self._at = at
        self.dialect = compiler.dialect
        """``sqlite`` or ``postgresql``."""

    def execute(self, statement: Executable, parameters: Parameters | None = None) -> Result:
        """Run a statement, or the same for each of a sequence of parameters."""
        if self._at is not None:
            self._at("execute")
        if parameters is None or isinstance(parameters, Mapping):
            given = parameters or {}
            prepared = self._compiler.prepare(statement, given)
            return Result(self._cursor().execute(prepared.sql, prepared.bind(given)), prepared.flags)
        prepared = self._compiler.prepare(statement, parameters[0])
        cursor = self._cursor()
        cursor.executemany(prepared.sql, [prepared.bind(one) for one in parameters])
        return Result(cursor)

    def exec_driver_sql(self, sql: str) -> Result:
        """Run SQL as it stands."""
        if self._at is not None:
            self._at("execute")
        return Result(self._cursor().execute(sql))

    def _cursor(self) -> Any:
        return self._connection.cursor()


def _in_order(names: Sequence[str], constants: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Bound]:
    """Values in the order of these names. KeyError where one is not given."""
    if len(names) > 1 and constants.keys().isdisjoint(names):
        return itemgetter(*names)
    return lambda given: tuple(given[name] if name in given else constants[name] for name in names)


def _by_name(constants: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Bound]:
    """Values by name, with those that stand in the statement itself."""
    return lambda given: {**constants, **given} if constants else given


def _with_flags(row: Row, flags: tuple[int, ...]) -> Row:
    values = list(row)
    for place in flags:
        if values[place] is not None:
            values[place] = bool(values[place])
    return tuple(values)
