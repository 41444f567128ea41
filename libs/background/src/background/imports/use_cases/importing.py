"""Taking a file in: some rows at a time, each as the API itself would take it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Final, Protocol, TypeAlias
from uuid import UUID

from pydantic import ValidationError

from background.imports.repository import FileStore, RowStore
from background.imports.rules import bodies
from background.imports.rules.bodies import Body, Faults, Mapped, Places
from background.imports.rules.reading import Form, Row, rows_of
from background.imports.tables import ImportRow
from background.imports.use_cases.undoing import refusal
from background.jobs.rules import Task
from background.jobs.use_cases import ending, going_on
from chassis.errors import Failure
from chassis.work import UnitOfWork

_OUTCOMES: Final = ("created", "updated", "unchanged", "failed")


class _DryRun(Exception):
    """Thrown to undo what a dry run did."""


@dataclass(slots=True)
class Line:
    """A row on its way: what it says, what its record is found by, what becomes of it."""

    number: int
    body: Body
    keys: list[str]
    shape: Any = None
    outcome: ImportRow | None = None

    def failed(self, faults: Faults, record_id: UUID | None = None) -> None:
        """It is not taken in."""
        self.outcome = ImportRow(
            row=self.number, outcome="failed", record_id=record_id, faults=faults
        )

    def refused(self, failure: Failure, record_id: UUID | None = None) -> None:
        """The same, by a refusal."""
        self.failed(bodies.faults_of(self.body, failure), record_id)


class Target(Protocol):
    """What the rows of a file become; made anew for each chunk."""

    # Where the key stands in a body.
    key_path: str
    # Ends of the paths that stand on others, which are read before.
    read_last: tuple[str, ...]

    def body_of(self, row: Row, places: Places) -> Body:
        """A row's cells, read; called away from the event loop."""
        ...

    def keys_of(self, body: Body) -> list[str]:
        """What a row's record is found by; called away from the event loop."""
        ...

    async def matching(self, keys: Sequence[str]) -> Mapping[str, set[UUID]]:
        """The records that the caller sees by each of these keys."""
        ...

    async def update(self, line: Line, record_id: UUID) -> ImportRow:
        """Change the record as far as the row says something new."""
        ...

    async def create(self, lines: Sequence[Line]) -> None:
        """Make records of rows, and tell each line what came of it."""
        ...


class Kind(Protocol):
    """A kind of import: where its file and rows are kept, and what they become."""

    files: FileStore
    rows: RowStore

    @property
    def chunk(self) -> int:
        """How many rows a transaction takes in."""
        ...

    async def target(self, work: UnitOfWork, asked: Mapping[str, Any]) -> Target:
        """For the next chunk."""
        ...


# Asks others about rows that are about to be taken in.
AskAbout: TypeAlias = Callable[[UnitOfWork, Sequence[Row], Places], Awaitable[None]]
# A file's headings and rows, by what was asked: the same ones each time.
ReadRows: TypeAlias = Callable[[IO[bytes], Mapping[str, Any]], Iterator[Row]]


def rows_of_table(file: IO[bytes], asked: Mapping[str, Any]) -> Iterator[Row]:
    """Those of a table or an address book."""
    return rows_of(file, Form(asked["kind"], asked["encoding"], asked["delimiter"]))


class Importing:
    """One worker's part of an import: it holds the file open between the chunks."""

    def __init__(
        self, kind: Kind, ask_about: AskAbout | None = None, read_rows: ReadRows = rows_of_table
    ) -> None:
        self._kind, self._ask_about, self._read_rows = kind, ask_about, read_rows
        self._file: IO[bytes] | None = None
        self._source: Any = None
        self._rows: Any = None
        self._headings: Row = []
        self._total: int | None = None
        # Read, and not taken in yet.
        self._ahead: list[tuple[int, Row]] = []

    def close(self) -> None:
        """Let go of the file."""
        if self._source is not None:
            self._source.close()
        if self._file is not None:
            self._file.close()

    async def ask(self, work: UnitOfWork, task: Task) -> None:
        """Have others asked about the next chunk, whose work has not begun.

        The rows are counted here too: that may take seconds, which no transaction should wait.
        """
        if self._ask_about is None:
            return
        if self._file is None:
            async with work.database.work(work.caller) as own:
                await self._fetch(own, task)
        if "row" not in task.state:
            self._total = await asyncio.to_thread(self._count, task)
        elif some := await asyncio.to_thread(self._next, task):
            places = _places(task.asked["mapping"], self._headings)
            await self._ask_about(work, [row for _, row in some], places)

    async def go_on(self, work: UnitOfWork, task: Task) -> dict[str, Any]:
        """The next chunk: first the rows are counted, then taken in, some hundred at a time."""
        await self._fetch(work, task)
        if "row" not in task.state:
            if (total := self._total) is None:
                total = await asyncio.to_thread(self._count, task)
            return going_on(0, {"row": 1, "counts": dict.fromkeys(_OUTCOMES, 0)}, total=total)
        some = await asyncio.to_thread(self._next, task)
        counts = dict(task.state["counts"])
        if not some:
            await self._kind.files.of(work, task.id).forget()
            return ending(work, {**counts, "dry_run": task.asked["dry_run"]})
        chunk = _Chunk(work, task, await self._kind.target(work, task.asked))
        taken = await chunk.take(some, self._headings)
        for one in taken:
            counts[one.outcome] += 1
        await self._kind.rows.of(work, task.id).add(taken)
        last = some[len(taken) - 1][0]
        return going_on(task.done + len(taken), {"row": last, "counts": counts})

    async def _fetch(self, work: UnitOfWork, task: Task) -> None:
        if self._file is None:
            self._file = await asyncio.to_thread(TemporaryFile)
            await self._kind.files.of(work, task.id).copy_to(self._file)

    def _open(self, task: Task) -> Any:
        file: Any = self._file
        return self._read_rows(file, task.asked)

    def _count(self, task: Task) -> int:
        counted = sum(any(cell.strip() for cell in row) for row in self._open(task))
        return max(counted - 1, 0)

    def _next(self, task: Task) -> list[tuple[int, Row]]:
        """The next rows that are not empty, counted as spreadsheets do; the same until some of
        them are taken in, be it by another worker.
        """
        if self._rows is None:
            self._source = self._open(task)
            self._rows = enumerate(self._source, start=1)
            self._headings = self._heading_row()
        last = task.state["row"]
        self._ahead = [row for row in self._ahead if row[0] > last]
        while len(self._ahead) < self._kind.chunk and (row := next(self._rows, None)):
            is_row = any(cell.strip() for cell in row[1]) or task.asked["kind"] == "vcf"
            if row[0] > last and is_row:
                self._ahead.append(row)
        return self._ahead

    def _heading_row(self) -> Row:
        for _, row in self._rows:
            if any(cell.strip() for cell in row):
                return [cell.strip() for cell in row]
        return []


class _Chunk:
    """Some rows, in one transaction."""

    def __init__(self, work: UnitOfWork, task: Task, target: Target) -> None:
        self._work, self._asked, self._target = work, task.asked, target

    async def take(self, some: Sequence[tuple[int, Row]], headings: Row) -> list[ImportRow]:
        """What became of each; a row about one that an earlier row makes is left for later."""
        lines = await asyncio.to_thread(self._lines, some, headings)
        found = await self._target.matching(
            [key for line in lines for key in line.keys]
        ) if self._asked["key"] else {}  # fmt: skip
        lines = apart(lines, found)
        if not self._asked["dry_run"]:
            return await self._take(lines, found)
        try:
            async with self._work.attempt():
                taken = await self._take(lines, found)
                raise _DryRun()
        except _DryRun:
            return [_only_told(one) for one in taken]

    async def _take(self, lines: list[Line], found: Mapping[str, set[UUID]]) -> list[ImportRow]:
        new: list[Line] = []
        for line in lines:
            ids = set().union(*(found.get(key, set()) for key in line.keys))
            try:
                if self._is_new(line, ids):
                    new.append(line)
                else:
                    await self._update(line, *ids)
            except Failure as failure:
                line.refused(failure)
        await self._target.create(new)
        return [line.outcome for line in lines if line.outcome]

    def _is_new(self, line: Line, ids: set[UUID]) -> bool:
        path = self._target.key_path
        mode, has_key = self._asked["mode"], bool(line.keys)
        return bodies.is_new(mode, has_key=has_key, matches=len(ids), path=path)

    async def _update(self, line: Line, record_id: UUID) -> None:
        # What it is found by stays: it may be that of a record merged into it.
        line.body.values.pop(self._asked["key"], None)
        try:
            async with self._work.attempt():
                line.outcome = await self._target.update(line, record_id)
        except ValidationError as error:
            line.failed(bodies.faults_of_shape(line.body, error), record_id)
        except Exception as error:
            line.refused(refusal(error), record_id)

    def _lines(self, some: Sequence[tuple[int, Row]], headings: Row) -> list[Line]:
        """Away from the event loop: this keeps the processor busy for a while."""
        places = _places(self._asked["mapping"], headings, self._target.read_last)
        lines = []
        for number, row in some:
            body = self._target.body_of(row, places)
            lines.append(Line(number, body, self._target.keys_of(body)))
        return lines


def _places(mapping: Mapped, headings: Row, last: tuple[str, ...] = ()) -> Places:
    """Where the columns of each path stand; those that end so come after the others."""
    in_order = sorted(mapping.items(), key=lambda item: (item[0].endswith(last), item[0]))
    return {
        path: [(headings.index(column), column) for column in columns] for path, columns in in_order
    }


def apart(lines: Sequence[Line], found: Mapping[str, Any]) -> list[Line]:
    """The first of the rows, up to one whose record another of them is about to make."""
    coming: set[str] = set()
    for place, line in enumerate(lines):
        if not coming.isdisjoint(line.keys):
            return list(lines[:place])
        if not any(key in found for key in line.keys):
            coming.update(line.keys)
    return list(lines)


def shape(lines: Sequence[Line], model: Any, **more: Any) -> None:
    """Have the API's own shape judge the rows: `shape` of a line is what it says, checked."""
    for line in lines:
        try:
            line.shape = model.model_validate({**more, **line.body.values})
        except ValidationError as error:
            line.failed(bodies.faults_of_shape(line.body, error))


def _only_told(row: ImportRow) -> ImportRow:
    """Of a dry run: the record is not there."""
    is_there = row.outcome != "created"
    return ImportRow(
        row=row.row, outcome=row.outcome, record_id=row.record_id if is_there else None,
        client_id=row.client_id, faults=row.faults, after=row.after,
    )  # fmt: skip
