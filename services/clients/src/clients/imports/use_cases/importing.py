"""Taking a file in: some rows at a time, each as the API itself would take it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Final
from uuid import UUID

from pydantic import ValidationError

from chassis.errors import Failure
from chassis.work import UnitOfWork
from clients.clients.use_cases.columns import home_country
from clients.clients.use_cases.creating_many import create_clients
from clients.custom_fields.use_cases.definitions import definitions
from clients.imports import repository
from clients.imports.repository import ImportFiles, ImportRows
from clients.imports.rules import changes, keys, rows
from clients.imports.rules.failures import ExistsAlready, KeyEmpty, NoMatch, SeveralMatch
from clients.imports.rules.reading import Form, Row, rows_of
from clients.imports.rules.rows import Body, Names
from clients.imports.schemas import NewClient
from clients.imports.tables import ImportRow
from clients.imports.use_cases.updating import update_from_row
from clients.jobs.rules import Task
from clients.jobs.use_cases import ending, going_on
from refs import people

CHUNK: Final = 500
_SOURCE: Final = "import"
_OUTCOMES: Final = ("created", "updated", "unchanged", "failed")


class _DryRun(Exception):
    """Thrown to undo what a dry run did."""


@dataclass(slots=True)
class _Line:
    """A row on its way."""

    number: int
    body: Body
    keys: list[str]
    shape: NewClient | None = None
    outcome: ImportRow | None = None

    def failed(self, faults: list[dict[str, Any]]) -> None:
        """It is not taken in."""
        self.outcome = ImportRow(row=self.number, outcome="failed", faults=faults)

    def refused(self, failure: Failure) -> None:
        """The same, by a refusal."""
        self.failed(rows.faults_of(self.body, failure))


class Importing:
    """One worker's part of an import: it holds the file open between the chunks."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._source: Any = None
        self._rows: Any = None
        self._headings: Row = []
        self._at = 0
        self._kept: list[tuple[int, Row]] = []

    def close(self) -> None:
        """Let go of the file."""
        if self._source is not None:
            self._source.close()
        if self._file is not None:
            self._file.close()

    async def go_on(self, work: UnitOfWork, task: Task) -> dict[str, Any]:
        """The next chunk: first the rows are counted, then taken in, some hundred at a time."""
        if self._file is None:
            self._file = await asyncio.to_thread(TemporaryFile)
            await ImportFiles(work, task.id).copy_to(self._file)
        if "row" not in task.state:
            total = await asyncio.to_thread(self._count, task)
            return going_on(0, {"row": 1, "counts": dict.fromkeys(_OUTCOMES, 0)}, total=total)
        some = await asyncio.to_thread(self._read, task)
        counts = dict(task.state["counts"])
        if not some:
            await ImportFiles(work, task.id).forget()
            return ending(work, {**counts, "dry_run": task.asked["dry_run"]})
        chunk = _Chunk(work, task, await _names(work), await home_country(work))
        taken = await chunk.take(some, self._headings)
        self._kept = some[len(taken) :]
        for one in taken:
            counts[one.outcome] += 1
        await ImportRows(work, task.id).add(taken)
        last = some[len(taken) - 1][0]
        return going_on(task.done + len(taken), {"row": last, "counts": counts})

    def _open(self, task: Task) -> Any:
        form = Form(task.asked["kind"], task.asked["encoding"], task.asked["delimiter"])
        file: Any = self._file
        return rows_of(file, form)

    def _count(self, task: Task) -> int:
        counted = sum(any(cell.strip() for cell in row) for row in self._open(task))
        return max(counted - 1, 0)

    def _read(self, task: Task) -> list[tuple[int, Row]]:
        """The next rows that are not empty, counted as spreadsheets do."""
        if self._rows is None:
            self._source = self._open(task)
            self._rows = enumerate(self._source, start=1)
            self._headings = self._heading_row()
            while self._at < task.state["row"] and (row := next(self._rows, None)):
                self._at = row[0]
        found, self._kept = self._kept, []
        while len(found) < CHUNK and (row := next(self._rows, None)):
            if any(cell.strip() for cell in row[1]) or task.asked["kind"] == "vcf":
                found.append(row)
        return found

    def _heading_row(self) -> Row:
        for number, row in self._rows:
            self._at = number
            if any(cell.strip() for cell in row):
                return [cell.strip() for cell in row]
        return []


class _Chunk:
    """Some rows, in one transaction."""

    def __init__(self, work: UnitOfWork, task: Task, names: Names, country: str) -> None:
        self._work, self._asked, self._names, self._country = work, task.asked, names, country

    async def take(self, some: Sequence[tuple[int, Row]], headings: Row) -> list[ImportRow]:
        """What became of each; a row about one that an earlier row makes is left for later."""
        lines = await asyncio.to_thread(self._lines, some, headings)
        found = await repository.matching(
            self._work, self._asked["key"], [key for line in lines for key in line.keys]
        ) if self._asked["key"] else {}  # fmt: skip
        lines = keys.apart(lines, found)
        if not self._asked["dry_run"]:
            return await self._take(lines, found)
        try:
            async with self._work.attempt():
                taken = await self._take(lines, found)
                raise _DryRun()
        except _DryRun:
            return [_only_told(one) for one in taken]

    async def _take(self, lines: list[_Line], found: dict[str, set[UUID]]) -> list[ImportRow]:
        new: list[_Line] = []
        for line in lines:
            ids = set().union(*(found.get(key, set()) for key in line.keys))
            try:
                if self._is_new(line, ids):
                    new.append(line)
                else:
                    # What it is found by stays: it may be that of a client merged into it.
                    line.body.values.pop(self._asked["key"], None)
                    line.outcome = await update_from_row(self._work, line.number, line.body, *ids)
            except Failure as failure:
                line.refused(failure)
        await self._create(new)
        return [line.outcome for line in lines if line.outcome]

    def _is_new(self, line: _Line, ids: set[UUID]) -> bool:
        """Raises KeyEmpty, NoMatch, SeveralMatch and ExistsAlready."""
        mode = self._asked["mode"]
        path = rows.KEY_PATHS.get(self._asked["key"] or "", "")
        if mode == rows.UPDATE and not line.keys:
            raise KeyEmpty(field=path)
        if len(ids) > 1:
            raise SeveralMatch(field=path)
        if mode == rows.CREATE and ids:
            raise ExistsAlready(field=path)
        if mode == rows.UPDATE and not ids:
            raise NoMatch(field=path)
        return not ids

    async def _create(self, new: list[_Line]) -> None:
        await asyncio.to_thread(_shape, new)
        good = [line for line in new if line.shape is not None]
        made = await create_clients(self._work, [line.shape for line in good if line.shape])
        for line, one in zip(good, made, strict=True):
            if isinstance(one, Failure):
                line.refused(one)
            else:
                line.outcome = ImportRow(
                    row=line.number,
                    outcome="created",
                    client_id=one.id,
                    after={"digest": changes.digest(one)},
                )

    def _lines(self, some: Sequence[tuple[int, Row]], headings: Row) -> list[_Line]:
        """Away from the event loop: this keeps the processor busy for a while."""
        places = {
            path: [(headings.index(column), column) for column in columns]
            for path, columns in sorted(self._asked["mapping"].items(), key=_labels_last)
        }
        lines = []
        for number, row in some:
            body = rows.body_of(row, places, self._names)
            found = keys.of(body, self._asked["key"], self._country)
            lines.append(_Line(number, body, found))
        return lines


def _labels_last(item: tuple[str, Any]) -> tuple[bool, str]:
    """A label belongs to a number, a status to a folder, that must be there before."""
    return item[0].endswith((".label", "status_id")), item[0]


def _shape(lines: Sequence[_Line]) -> None:
    for line in lines:
        try:
            line.shape = NewClient.model_validate({"source": _SOURCE, **line.body.values})
        except ValidationError as error:
            line.failed(rows.faults_of_shape(line.body, error))


def _only_told(row: ImportRow) -> ImportRow:
    """Of a dry run: the client is not there."""
    client_id = row.client_id if row.outcome != "created" else None
    return ImportRow(row=row.row, outcome=row.outcome, client_id=client_id, faults=row.faults)


async def _names(work: UnitOfWork) -> Names:
    tenant = await people.tenant(work)
    zone = (tenant.timezone if tenant else None) or "UTC"
    return Names(await repository.names(work), await definitions(work), zone)
