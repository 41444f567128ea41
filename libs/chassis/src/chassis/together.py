"""Several statements in one message: each costs its connection a turn, however little it asks."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from chassis.statements import Statement

if TYPE_CHECKING:
    from chassis.pool import Connection

# A statement and the values it comes with.
Asked = tuple[Statement, dict[str, Any]]
Rows = list[Any]
_HOLE: Final = re.compile(r"\$([0-9]+)")
# Begins the columns of each read, and is null where that found nothing.
_FOUND: Final = "is_found"


class Ahead:
    """What was read in one message, until whoever asks the same is given it, once."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[Statement, tuple[list[Any], Rows]] = {}

    async def read(self, connection: "Connection", asked: Sequence[Asked]) -> None:
        """Read all of them, as they are now."""
        arguments = [statement.arguments(values) for statement, values in asked]
        query = read_together(*(statement for statement, _ in asked))
        rows = await connection.fetch(query, *chain.from_iterable(arguments))
        for (statement, _), given, found in zip(asked, arguments, apart(rows), strict=True):
            self._found[statement] = given, found

    def take(self, statement: Statement, arguments: list[Any]) -> Rows | None:
        """The rows of a statement that was read with these arguments."""
        if not self._found:
            return None
        known, rows = self._found.pop(statement, (None, []))
        return rows if known == arguments else None

    def clear(self) -> None:
        """Have everything read anew."""
        self._found.clear()


async def write(connection: "Connection", asked: Sequence[Asked], *, tells: bool = False) -> Rows:
    """Run several changes, of which none needs to see what another has written; the rows that the
    last one returns, if it `tells`.
    """
    arguments = [one for statement, values in asked for one in statement.arguments(values)]
    query = write_together(*(one for one, _ in asked), tells=tells)
    return await connection.fetch(query, *arguments)


@lru_cache(maxsize=512)
def read_together(*some: Statement) -> str:
    """Reads as one: each row has what each has found. All but the last find one row at most, which
    stands in every row."""
    parts = " ".join(
        f"left join (select true as {_FOUND}, q.* from ({sql}) as q) as r{place} on true"  # noqa: S608
        for place, sql in enumerate(_apart_by_holes(some))
    )
    shown = ", ".join(f"r{place}.*" for place in range(len(some)))
    return f"select {shown} from (select) as one {parts}"  # noqa: S608 - compiled


@lru_cache(maxsize=512)
def write_together(*some: Statement, tells: bool = False) -> str:
    """Changes as one."""
    parts = (f"w{place} as ({sql})" for place, sql in enumerate(_apart_by_holes(some)))
    told = f" * from w{len(some) - 1}" if tells else ""
    return f"with {', '.join(parts)} select{told}"


def apart(rows: Sequence[Any]) -> Iterable[Rows]:
    """What each of several reads has found."""
    names = list(rows[0].keys())
    begins = [place for place, name in enumerate(names) if name == _FOUND]
    for first, end in zip(begins, [*begins[1:], len(names)], strict=True):
        own, some = names[first + 1 : end], rows if end == len(names) else rows[:1]
        yield [dict(zip(own, row[first + 1 : end], strict=True)) for row in some if row[first]]


def _apart_by_holes(some: Iterable[Statement]) -> Iterable[str]:
    before = 0
    for one in some:
        yield _HOLE.sub(partial(_moved, before), one.sql)
        before += len(one.names)


def _moved(by: int, hole: re.Match[str]) -> str:
    return f"${by + int(hole[1])}"
