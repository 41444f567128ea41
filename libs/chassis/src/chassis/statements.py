"""SQLAlchemy Core statements, compiled once and run on asyncpg."""

from typing import Any

from sqlalchemy import ClauseElement
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect

_DIALECT: Any = asyncpg_dialect.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


class Statement:
    """The SQL text of a Core statement and the order of its parameters.

    SQLAlchemy's own execution costs more than the query itself on a point read, so its compiler
    is used and its execution is not. Lists are passed to `= any(:name)`; expanding `IN` binds
    are refused because their text depends on the values.
    """

    __slots__ = ("_defaults", "names", "sql")

    def __init__(self, clause: ClauseElement) -> None:
        compiled: Any = clause.compile(dialect=_DIALECT)
        if compiled.post_compile_params:
            raise TypeError("use `column == any_(bindparam(...))` instead of `in_`")
        self.sql: str = str(compiled)
        self.names: tuple[str, ...] = tuple(compiled.positiontup or ())
        self._defaults: dict[str, Any] = {
            name: value for name, value in compiled.params.items() if value is not None
        }

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """The values in the order of $1, $2, …; one that is not given is the clause's own."""
        return [values[n] if n in values else self._defaults.get(n) for n in self.names]


def statement(clause: ClauseElement) -> Statement:
    """Compile once, at import: `_BY_ID = statement(select(table).where(...))`."""
    return Statement(clause)
