"""The report of an import: what became of each row, in the reader's language."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from background.imports.repository import RowStore
from background.imports.rules.failures import ImportNotFound
from background.jobs.repository import JobRepository
from background.jobs.rules import service_of
from background.jobs.tables import Job
from chassis.caller import Caller
from chassis.cells import lines
from chassis.context import Context
from chassis.i18n import translate
from chassis.paging import Paging
from chassis.work import UnitOfWork

_PAGE: Final = 500


async def import_job(work: UnitOfWork, import_id: UUID, kind: str) -> Job:
    """The import as a job; raises ImportNotFound."""
    job = await JobRepository(work, service_of(kind)).find(import_id)
    if job is None or job.kind != kind:
        raise ImportNotFound()
    return job


@dataclass(frozen=True, slots=True)
class Report:
    """A report to be written: `record` is the heading and the field of what a row stands for."""

    rows: RowStore
    record: tuple[str, str]
    locale: str
    outcomes: Sequence[str] | None

    def headings(self) -> list[str]:
        """The first row."""
        every = ("Row", "Outcome", self.record[0], "Column", "Field", "Error", "Message")
        return [translate(one, self.locale) for one in every]

    def lines_of(self, row: Mapping[str, Any]) -> list[list[str]]:
        """A line for each fault, one where there is none."""
        start = [str(row["row"]), row["outcome"], row[self.record[1]] or ""]
        return [
            [*start, fault["column"] or "", fault["field"] or "", fault["code"],
             fault["message"][self.locale]]
            for fault in row["faults"] or ()
        ] or [[*start, "", "", "", ""]]  # fmt: skip


async def report(
    context: Context, caller: Caller, import_id: UUID, wanted: Report
) -> AsyncIterator[bytes]:  # fmt: skip
    """The rows as a CSV file, page by page, each in a transaction of its own."""
    yield ("\ufeff" + lines([wanted.headings()])).encode()
    cursor: str | None = None
    while True:
        async with context.database.work(caller) as work:
            paging = Paging(_PAGE, cursor)
            page = orjson.loads(await wanted.rows.page(work, import_id, paging, wanted.outcomes))
        yield lines([line for row in page["items"] for line in wanted.lines_of(row)]).encode()
        if (cursor := page["next_cursor"]) is None:
            return
